package dev.palinode.model.decoding;

import dev.palinode.model.network.Attention;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.commons.lang3.Validate;

/**
 * Batch-invariant forward passes: a row's logits are the same bits whatever else is in the batch.
 *
 * <p>Steps of one token always compute a fixed number of rows, so that matrix products use the same
 * kernels and blocking. Other operations that depend on a row's company are computed row by row,
 * and so are prompts. {@link #requireSameInAllPlaces} tests the remaining assumption: a product
 * gives a row the same result at every index.
 */
final class BatchInvariantForward implements ForwardPlan {
  private static final int TESTED_TOKENS = 3;

  private final Transformer network;
  private final KvCache cache;
  private final ForwardPlan prompts;
  private final int rows; // of each pass

  BatchInvariantForward(Transformer network, KvCache cache, int rows) {
    requireSupported(network);
    this.network = network;
    this.cache = cache;
    this.prompts = new PackedForward(network, cache);
    this.rows = rows;
  }

  /** Refuses networks that are not known to be invariant; the message says what to do instead. */
  static void requireSupported(Transformer network) {
    // MKL's product of few rows with a plain matrix depends on a row's index.
    Validate.isTrue(
        network.isForInference(),
        "this model is in the form for training, whose products are not batch-invariant: open it"
            + " for inference");
    Validate.isTrue(
        network.device().kind() == Device.Kind.CPU,
        "batch-invariant computation is known to hold on CPUs only: the model is on %s",
        network.device());
    Validate.isTrue(
        !network.hasAdapters(),
        "adapters are in use, whose products are not batch-invariant: merge them into the model");
  }

  /** Refuses a network if identical rows give different results on this machine. */
  static void requireSameInAllPlaces(Transformer network, int rows) {
    Attention none = (layer, query, key, value) -> query;
    List<Attention> attentions = Collections.nCopies(rows, none);
    for (int token = 0; token < Math.min(TESTED_TOKENS, network.config().vocabSize()); token++) {
      long[] ids = new long[rows];
      Arrays.fill(ids, token);
      float[][] logits;
      try (TensorScope scope = TensorScope.withoutGradients()) {
        logits = logits(network, ids, new long[rows], attentions).toFloatRows();
      }
      for (float[] row : logits) {
        Validate.isTrue(
            Arrays.equals(row, logits[0]),
            "on this machine a row's logits depend on its place among %s: batch-invariant"
                + " computation needs another number of rows, or another type of the weights",
            rows);
      }
    }
  }

  @Override
  public float[][] compute(int[] slots, int[] lengths, int[][] tokens) {
    float[][] logits = new float[slots.length][];
    List<Integer> steps = new ArrayList<>();
    for (int i = 0; i < slots.length; i++) {
      if (tokens[i].length == 1) {
        steps.add(i);
      } else {
        logits[i] = prompts.compute(new int[] {slots[i]}, lengths, new int[][] {tokens[i]})[0];
      }
    }
    for (int start = 0; start < steps.size(); start += rows) {
      List<Integer> group = steps.subList(start, Math.min(start + rows, steps.size()));
      int[] groupSlots = group.stream().mapToInt(i -> slots[i]).toArray();
      int[] next = group.stream().mapToInt(i -> tokens[i][0]).toArray();
      float[][] computed = step(groupSlots, lengths, next);
      for (int i = 0; i < next.length; i++) {
        logits[group.get(i)] = computed[i];
      }
    }
    return logits;
  }

  private float[][] step(int[] slots, int[] lengths, int[] tokens) {
    long[] ids = new long[rows];
    long[] positions = new long[rows];
    for (int i = 0; i < rows; i++) {
      int from = i < slots.length ? i : 0; // copies of the first row fill the rest
      ids[i] = tokens[from];
      positions[i] = lengths[slots[from]];
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      List<Attention> attentions = new ArrayList<>();
      for (int slot : slots) {
        attentions.add(cache.over(slot, new int[] {lengths[slot]}, 1));
      }
      return logits(network, ids, positions, attentions).narrow(0, 0, slots.length).toFloatRows();
    }
  }

  /** One pass, {@code [rows, vocab]}; rows without an attention are copies of the first one. */
  private static Tensor logits(
      Transformer network, long[] ids, long[] positions, List<Attention> attentions) {
    Tensor hidden =
        network.hiddenStates(
            Tensors.of(ids, ids.length, 1).to(network.device()),
            positions,
            new RowByRow(attentions));
    return network.logits(hidden.reshape(ids.length, hidden.size(2)));
  }

  private record RowByRow(List<Attention> attentions) implements Attention {
    @Override
    public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
      List<Tensor> seen = new ArrayList<>();
      for (int i = 0; i < attentions.size(); i++) {
        seen.add(attentions.get(i).attend(layer, row(query, i), row(key, i), row(value, i)));
      }
      return joined(seen, query.size(0));
    }

    @Override
    public boolean sharesTensorsBetweenLayers() {
      return attentions.stream().anyMatch(Attention::sharesTensorsBetweenLayers);
    }

    @Override
    public Tensor elementwise(UnaryOperator<Tensor> function, Tensor x) {
      List<Tensor> results = new ArrayList<>();
      for (int i = 0; i < attentions.size(); i++) {
        results.add(function.apply(row(x, i)));
      }
      return joined(results, x.size(0));
    }

    private static Tensor row(Tensor x, int i) {
      return x.narrow(0, i, 1);
    }

    private static Tensor joined(List<Tensor> rows, long count) {
      while (rows.size() < count) {
        rows.add(rows.get(0));
      }
      return Tensors.concatenate(rows, 0);
    }
  }
}

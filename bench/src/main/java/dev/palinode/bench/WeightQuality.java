package dev.palinode.bench;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Functional;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Arrays;

/**
 * The loss of quality on a text from rounding a model's weights.
 *
 * @param tokens that were predicted
 * @param exactPerplexity of the model in F32
 * @param perplexity of the model with rounded weights
 * @param agreement fraction of positions at which both have the same most likely token, in [0, 1]
 */
record WeightQuality(long tokens, double exactPerplexity, double perplexity, double agreement) {
  /** Longer pieces would need much memory for the logits of large vocabularies. */
  private static final int PIECE = 256;

  /**
   * Compares a model with itself in another type of weights.
   *
   * @param ids of the text, at least 2; split into pieces of at most {@value #PIECE} tokens that
   *     are predicted independently of each other
   */
  static WeightQuality compare(Transformer exact, Transformer rounded, int[] ids) {
    if (ids.length < 2) {
      throw new IllegalArgumentException(
          "the text has " + ids.length + " tokens: expected at least 2");
    }
    int piece = Math.min(PIECE, exact.config().contextLength());
    double[] loss = new double[2];
    long predicted = 0;
    long agreed = 0;
    for (int start = 0; start + 1 < ids.length; start += piece) {
      long[] part =
          Arrays.stream(ids, start, Math.min(ids.length, start + piece)).asLongStream().toArray();
      if (part.length < 2) {
        continue;
      }
      try (TensorScope scope = TensorScope.withoutGradients()) {
        long[] targets = Arrays.copyOfRange(part, 1, part.length);
        Tensor first = logits(exact, part);
        Tensor second = logits(rounded, part);
        Tensor wanted = Tensors.of(targets, targets.length).to(exact.device());
        loss[0] += Functional.crossEntropySum(first, wanted).item();
        loss[1] += Functional.crossEntropySum(second, wanted).item();
        long[] best = first.argmax().toLongs();
        long[] other = second.argmax().toLongs();
        for (int i = 0; i < best.length; i++) {
          agreed += best[i] == other[i] ? 1 : 0;
        }
        predicted += targets.length;
      }
    }
    return new WeightQuality(
        predicted,
        Math.exp(loss[0] / predicted),
        Math.exp(loss[1] / predicted),
        (double) agreed / predicted);
  }

  /** The logits of all tokens but the first, {@code [tokens - 1, vocab]}, F32. */
  private static Tensor logits(Transformer model, long[] ids) {
    Tensor input = Tensors.of(ids, 1, ids.length).to(model.device());
    Tensor hidden = model.hiddenStates(input).select(0, 0).narrow(0, 0, ids.length - 1);
    return model.logits(hidden).to(DType.F32);
  }
}

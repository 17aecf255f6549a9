package dev.palinode.training.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.autograd.GradientCheckpointing;
import dev.palinode.training.TrainableParameters;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.SupervisedSequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** What a process of {@link GradientSyncTest} does; a failed assertion is its exit code 1. */
final class GradientSyncMember {
  private static final ModelConfig CONFIG = ModelConfig.llama(40, 32, 64, 2, 4, 2, 64);
  private static final CompletionLoss OBJECTIVE = new CompletionLoss();

  /** Some ten buckets for this model. */
  private static final long BUCKET_BYTES = 16 << 10;

  private final Transformer model;

  /** What one process has on whole batches. */
  private final Transformer alone = Transformer.initialise(CONFIG, 1);

  /** Takes part in no loss; is between the others. */
  private final Tensor unused = Tensors.full(1, DType.F32, 50, 50).requiresGradient(true);

  private final List<Tensor> parameters;

  private GradientSyncMember(int rank) {
    this.model = Transformer.initialise(CONFIG, 1 + rank);
    model.setTrainable(true);
    alone.setTrainable(true);
    parameters = new ArrayList<>(model.parameters().values());
    parameters.add(parameters.size() / 2, unused);
  }

  public static void main(String[] arguments) {
    try (DistributedContext group =
        DistributedContext.of(System.getenv(), Device.CPU, message -> {})) {
      GradientSyncMember member = new GradientSyncMember(group.rank());
      try (GradientSync replicas =
          new GradientSync(group, member.parameters, any -> false, false, BUCKET_BYTES)) {
        member.start(replicas);
        member.gradients(replicas);
        member.wrongUse(replicas);
      }
      for (Tensor parameter : member.parameters) {
        assertThat(parameter.gradient()).isNull();
      }
      try (GradientSync replicas =
          new GradientSync(group, member.parameters, any -> false, true, BUCKET_BYTES)) {
        member.dividedState(replicas);
      }
      try (GradientSync replicas =
          new GradientSync(
              group,
              member.model.parameters().values(),
              TrainableParameters.all(member.model)::comesInParts,
              false,
              BUCKET_BYTES)) {
        member.headInPieces(replicas);
      }
      group.barrier(); // nobody leaves while another still checks
    }
    System.out.println("done");
  }

  private void start(GradientSync replicas) {
    replicas.broadcastParameters(); // seeds differ before
    assertThat(weights(model)).isEqualTo(weights(alone));
    DistributedContext all = replicas.processes();
    int size = all.size();
    assertThat(all.sum(1, all.rank(), 0.25))
        .containsExactly(size, size * (size - 1) / 2.0, 0.25 * size);
    assertThat(replicas.owned()).isEqualTo(parameters);
  }

  private static List<List<Float>> weights(Transformer model) {
    List<List<Float>> all = new ArrayList<>();
    for (Tensor parameter : model.parameters().values()) {
      List<Float> values = new ArrayList<>();
      for (float value : parameter.toFloats()) {
        values.add(value);
      }
      all.add(values);
    }
    return all;
  }

  private static List<SupervisedSequence> batch(int size, long seed) {
    Random random = new Random(seed);
    List<SupervisedSequence> batch = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int[] ids = random.ints(2 + random.nextInt(40), 0, CONFIG.vocabSize()).toArray();
      batch.add(new SupervisedSequence(ids, 1 + random.nextInt(ids.length - 1)));
    }
    return batch;
  }

  private void gradients(GradientSync replicas) {
    // The last batches are smaller than the number of processes: some parts are empty.
    int[] sizes = {12, 7, 12, 1, 2, 9};
    for (int step = 0; step < sizes.length; step++) {
      List<SupervisedSequence> batch = batch(sizes[step], step);
      int inOnePass = step == 1 ? 100 : 2;
      List<SupervisedSequence> own = replicas.shard(batch, OBJECTIVE::length);
      for (int start = 0; start < own.size(); start += inOnePass) {
        boolean last = start + inOnePass >= own.size();
        if (last && step != 2) { // where it is not said, all is sent in the end
          replicas.beforeLastBackward();
        }
        backward(model, own.subList(start, Math.min(own.size(), start + inOnePass)), batch);
      }
      int early = replicas.finishGradients();

      assertThat(replicas.buckets()).isGreaterThan(5);
      // The unused parameter holds its bucket back, and those behind.
      assertThat(early).isEqualTo(own.isEmpty() || step == 2 ? 0 : bucketsBeforeUnused());
      backward(alone, batch, batch);
      compare(step);
      assertThat(unused.gradient().toFloats()).containsOnly(0);
      replicas.clearGradients();
      alone.parameters().values().forEach(Tensor::clearGradient);
    }
  }

  /** A head that is computed again in pieces adds to its gradient once for each. */
  private void headInPieces(GradientSync replicas) {
    long[] own = new Random(replicas.processes().rank()).longs(20, 0, CONFIG.vocabSize()).toArray();
    replicas.beforeLastBackward();
    try (TensorScope scope = TensorScope.open()) {
      sumOfLogits(model, own, new GradientCheckpointing()).backward();
    }
    assertThat(replicas.finishGradients()).isBetween(3, replicas.buckets() - 1);
    try (Transformer whole = model.copy()) {
      whole.setTrainable(true);
      for (int rank = 0; rank < replicas.processes().size(); rank++) {
        long[] ids = new Random(rank).longs(20, 0, CONFIG.vocabSize()).toArray();
        try (TensorScope scope = TensorScope.open()) {
          sumOfLogits(whole, ids, null).backward();
        }
      }
      for (String name : model.parameters().keySet()) {
        try (TensorScope scope = TensorScope.open()) {
          Tensor expected = whole.parameters().get(name).gradient();
          Tensor difference = model.parameters().get(name).gradient().minus(expected);
          assertThat(difference.abs().max().item())
              .as(name)
              .isLessThan(1e-5 * (1 + expected.abs().max().item()));
        }
      }
    }
    replicas.clearGradients();
  }

  private static Tensor sumOfLogits(
      Transformer of, long[] ids, @Nullable GradientCheckpointing again) {
    Tensor hidden = of.hiddenStates(Tensors.of(ids, 1, ids.length)).select(0, 0);
    Tensor sum = Tensors.zeros(DType.F32);
    for (Tensor piece : hidden.split(4, 0)) {
      UnaryOperator<Tensor> head = states -> of.logits(states).square().sum();
      sum = sum.plus(again == null ? head.apply(piece) : again.apply(head, piece));
    }
    return sum;
  }

  private int bucketsBeforeUnused() {
    long bytes = 0;
    int buckets = 0;
    for (int i = parameters.size() - 1; parameters.get(i) != unused; i--) {
      long own = parameters.get(i).elements() * 4;
      if (bytes > 0 && bytes + own > BUCKET_BYTES) {
        buckets++;
        bytes = 0;
      }
      bytes += own;
    }
    // 10,000 bytes: it shares a bucket with what is before it, if there is room.
    return bytes + unused.elements() * 4 > BUCKET_BYTES ? buckets + 1 : buckets;
  }

  private static void backward(
      Transformer model, List<SupervisedSequence> microBatch, List<SupervisedSequence> batch) {
    try (TensorScope scope = TensorScope.open()) {
      OBJECTIVE.partialLoss(model, microBatch, OBJECTIVE.totals(batch)).loss().backward();
    }
  }

  private void compare(int step) {
    for (String name : model.parameters().keySet()) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor expected = alone.parameters().get(name).gradient();
        Tensor difference = model.parameters().get(name).gradient().minus(expected);
        assertThat(difference.abs().max().item()).as("step %d, %s", step, name).isLessThan(1e-6);
        assertThat(expected.abs().max().item())
            .isGreaterThan(1e-4); // there is something to compare
      }
    }
  }

  /** The gradient of one process would be left out of the sum: it says so, before it sends. */
  private void wrongUse(GradientSync replicas) {
    parameters.get(0).clearGradient();
    assertThatThrownBy(replicas::finishGradients)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("only GradientSync.clearGradients may");
    replicas.clearGradients(); // puts it back
    replicas.finishGradients();
    assertThat(parameters.get(0).gradient().toFloats()).containsOnly(0);
  }

  private void dividedState(GradientSync replicas) {
    List<Tensor> owned = List.copyOf(replicas.owned());
    double[] owners = new double[parameters.size()];
    long elements = 0;
    for (Tensor parameter : owned) {
      owners[parameters.indexOf(parameter)] = 1;
      elements += parameter.elements();
    }
    assertThat(replicas.processes().sum(owners)).containsOnly(1); // each has one owner
    long all = parameters.stream().mapToLong(Tensor::elements).sum();
    assertThat(elements)
        .isBetween(all / replicas.processes().size() / 2, 2 * all / replicas.processes().size());

    List<float[]> before = parameters.stream().map(Tensor::toFloats).toList();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      owned.forEach(parameter -> parameter.copyInPlace(parameter.times(2)));
    }
    replicas.shareParameters();
    for (int i = 0; i < parameters.size(); i++) {
      float[] expected = before.get(i);
      for (int j = 0; j < expected.length; j++) {
        expected[j] *= 2;
      }
      assertThat(parameters.get(i).toFloats()).isEqualTo(expected);
    }
    checkpoint(replicas, owned);
  }

  private void checkpoint(GradientSync replicas, List<Tensor> owned) {
    for (Tensor parameter : parameters) {
      try (TensorScope scope = TensorScope.open()) {
        Tensor expected = parameter.times(3).transpose(0, -1); // not contiguous
        Supplier<Tensor> state =
            () -> {
              assertThat(owned).contains(parameter); // nobody else is asked
              return expected;
            };
        Optional<Tensor> fetched = replicas.fromOwner(parameter, expected.shape(), state);
        assertThat(fetched.isPresent()).isEqualTo(replicas.processes().isFirst());
        fetched.ifPresent(
            tensor -> {
              assertThat(tensor.shape()).isEqualTo(expected.shape());
              assertThat(tensor.toFloats()).isEqualTo(expected.toFloats());
            });
        Optional<Tensor> steps =
            replicas.fromOwner(parameter, new long[0], () -> Tensors.full(7, DType.F32));
        steps.ifPresent(tensor -> assertThat(tensor.item()).isEqualTo(7));
      }
    }
    assertThatThrownBy(
            () -> replicas.fromOwner(Tensors.zeros(DType.F32), new long[0], () -> unused))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of the parameters");
  }
}

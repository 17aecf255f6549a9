package dev.palinode.training.distributed;

import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.autograd.GradientHook;
import dev.palinode.tensor.distributed.PendingCollective;
import dev.palinode.tensor.distributed.ProcessGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Gradient buckets: the gradients of all parameters, in a few flat tensors that are all-reduced
 * while the backward pass runs (Li et al., 2020). Each gradient is a view of its bucket, to which
 * backward passes add in place; nothing is copied.
 *
 * <p>Buckets hold the parameters in reverse order, roughly that in which a backward pass completes
 * them. Every process sends them in this order, so that the sums match. A complete bucket waits for
 * those before it.
 *
 * <p>A parameter's hook runs before its gradient is added, so a gradient is complete when the next
 * hook runs or the pass ends. Gradients that are added in several parts, such as that of an output
 * head computed in chunks, come last and have no hooks: they are complete when the pass ends.
 */
final class GradientBuckets implements AutoCloseable {
  /** Bucket size: large enough for full bandwidth, small enough to send early; as in PyTorch. */
  static final long BYTES = 25L << 20;

  private static final class Bucket {
    final Tensor memory; // flat
    final int parameters;
    int missing; // incomplete gradients; set before a backward pass
    @Nullable PendingCollective sum;

    Bucket(Tensor memory, int parameters) {
      this.memory = memory;
      this.parameters = parameters;
    }
  }

  /** A parameter, and its gradient in a bucket. */
  private static final class Slot {
    final Tensor parameter;
    final Tensor gradient;
    final Bucket bucket;
    boolean seen; // its hook has run in this pass

    Slot(Tensor parameter, Tensor gradient, Bucket bucket) {
      this.parameter = parameter;
      this.gradient = gradient;
      this.bucket = bucket;
    }
  }

  private final ProcessGroup group;
  private final List<Bucket> buckets = new ArrayList<>();
  private final List<Slot> slots = new ArrayList<>();
  private final List<GradientHook> hooks = new ArrayList<>();

  private boolean early; // whether buckets are sent as they are completed
  private int next; // the bucket to send next
  private @Nullable Slot last; // its hook was the last to run; complete when the next one does
  private @Nullable RuntimeException failure; // in a hook, which must not throw

  GradientBuckets(
      ProcessGroup group, List<Tensor> parameters, Predicate<Tensor> inParts, long bucketBytes) {
    this.group = group;
    List<Tensor> reversed = new ArrayList<>(parameters);
    Collections.reverse(reversed);
    addBuckets(reversed.stream().filter(inParts.negate()).toList(), bucketBytes);
    for (Slot slot : slots) {
      hooks.add(new GradientHook(slot.parameter, () -> onGradient(slot)));
    }
    addBuckets(reversed.stream().filter(inParts).toList(), bucketBytes);
    clear();
  }

  private void addBuckets(List<Tensor> parameters, long bucketBytes) {
    List<Tensor> members = new ArrayList<>();
    long bytes = 0;
    for (Tensor parameter : parameters) {
      long own = parameter.elements() * parameter.dtype().bytes();
      if (!members.isEmpty()
          && (bytes + own > bucketBytes || members.get(0).dtype() != parameter.dtype())) {
        addBucket(members);
        members.clear();
        bytes = 0;
      }
      members.add(parameter);
      bytes += own;
    }
    if (!members.isEmpty()) {
      addBucket(members);
    }
  }

  private void addBucket(List<Tensor> members) {
    long elements = members.stream().mapToLong(Tensor::elements).sum();
    Tensor memory = Tensors.zeros(members.get(0).dtype(), group.device(), elements).retain();
    Bucket bucket = new Bucket(memory, members.size());
    buckets.add(bucket);
    long start = 0;
    try (TensorScope scope = TensorScope.open()) {
      for (Tensor parameter : members) {
        Tensor part = memory.narrow(0, start, parameter.elements());
        slots.add(new Slot(parameter, part.reshape(parameter.shape()).retain(), bucket));
        start += parameter.elements();
      }
    }
  }

  /** The next backward pass completes the gradients. */
  void beforeLastBackward() {
    early = true;
    buckets.forEach(bucket -> bucket.missing = bucket.parameters);
    slots.forEach(slot -> slot.seen = false);
  }

  private void onGradient(Slot slot) {
    if (!early || failure != null) {
      return;
    }
    try {
      if (last != null) {
        last.bucket.missing--;
      }
      if (slot.seen && slot.bucket.sum != null) {
        throw new IllegalStateException(
            "the gradient of a parameter "
                + slot.parameter
                + " came in parts, after its bucket was sent: declare it as one that does");
      }
      last = slot.seen ? null : slot;
      slot.seen = true;
      while (next < buckets.size() && buckets.get(next).missing == 0) {
        sendNext();
      }
    } catch (RuntimeException e) {
      failure = e; // the backward pass would lose its type; thrown at the end of the step
    }
  }

  private void sendNext() {
    Bucket bucket = buckets.get(next++);
    bucket.sum = group.allReduceSum(bucket.memory);
  }

  /**
   * Sends the remaining buckets, complete or not (a parameter that the loss does not use gets no
   * gradient), and waits for all sums. Returns the number of buckets sent before.
   */
  int finish() {
    if (failure != null) {
      throw failure;
    }
    requireInPlace();
    int sent = next;
    while (next < buckets.size()) {
      sendNext();
    }
    for (Bucket bucket : buckets) {
      Objects.requireNonNull(bucket.sum).await();
      bucket.sum = null;
    }
    early = false;
    last = null;
    next = 0;
    return sent;
  }

  /** A gradient outside its bucket would silently be left out of the sum. */
  private void requireInPlace() {
    try (TensorScope scope = TensorScope.open()) {
      for (Slot slot : slots) {
        Tensor gradient = slot.parameter.gradient();
        if (gradient == null || !gradient.sharesMemoryWith(slot.bucket.memory)) {
          throw new IllegalStateException(
              "the gradient of a parameter "
                  + slot.parameter
                  + " was cleared or replaced: while there are several processes, only"
                  + " GradientSync.clearGradients may do so");
        }
      }
    }
  }

  /** Sets all gradients to zero and makes them views of their buckets. */
  void clear() {
    buckets.forEach(bucket -> bucket.memory.zeroInPlace());
    try (TensorScope scope = TensorScope.open()) {
      slots.forEach(slot -> slot.parameter.useGradient(slot.gradient));
    }
  }

  int count() {
    return buckets.size();
  }

  @Override
  public void close() {
    hooks.forEach(GradientHook::close);
    for (Slot slot : slots) {
      slot.parameter.clearGradient();
      slot.gradient.close();
    }
    buckets.forEach(bucket -> bucket.memory.close());
  }
}

package dev.palinode.training.distributed;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.distributed.PendingCollective;
import dev.palinode.tensor.distributed.ProcessGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.apache.commons.lang3.Validate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the replicas of a model identical on all processes of a {@link DistributedContext} (data
 * parallelism); with one process there is nothing to exchange. The calls of a step:
 *
 * <pre>
 * own = shard(batch)
 * for each micro-batch of own:      (none where the batch is smaller than the number of processes)
 *   before the last: beforeLastBackward()
 *   backward pass of the micro-batch's partial loss
 * finishGradients()                 (the gradients of the whole batch, on every process)
 * clip them, update the owned() parameters
 * shareParameters()
 * clearGradients()
 * </pre>
 *
 * <p>Optionally shards the optimiser state, as in ZeRO-1 (Rajbhandari et al., 2020): each process
 * holds the state of whole parameters with about an equal number of elements, and updates these.
 */
public final class GradientSync implements AutoCloseable {
  private final DistributedContext processes;
  private final List<Tensor> parameters;
  private final boolean divided;
  private final int[] owners; // of the optimiser state; process 0 where it is not sharded
  private final @Nullable GradientBuckets buckets; // null where there is one process

  /**
   * Takes over the gradients of the parameters until {@link #close}.
   *
   * @param processes not owned; close them after this
   * @param parameters which require gradients; the same on all processes, in the same order
   * @param inParts whether one pass may add a parameter's gradient in several parts, as when it is
   *     recomputed in chunks
   * @param divideState whether to shard the optimiser state
   */
  public GradientSync(
      DistributedContext processes,
      Collection<Tensor> parameters,
      Predicate<Tensor> inParts,
      boolean divideState) {
    this(processes, parameters, inParts, divideState, GradientBuckets.BYTES);
  }

  GradientSync(
      DistributedContext processes,
      Collection<Tensor> parameters,
      Predicate<Tensor> inParts,
      boolean divideState,
      long bucketBytes) {
    this.processes = processes;
    this.parameters = List.copyOf(parameters);
    this.divided = divideState;
    this.owners =
        divideState
            ? BalancedPartition.into(
                processes.size(), this.parameters.stream().mapToLong(Tensor::elements).toArray())
            : new int[this.parameters.size()];
    ProcessGroup group = processes.group;
    this.buckets =
        group == null ? null : new GradientBuckets(group, this.parameters, inParts, bucketBytes);
  }

  public DistributedContext processes() {
    return processes;
  }

  /**
   * This process's shard of a batch that all processes have. Every example is in exactly one;
   * shards have about the same total length in tokens, and keep the batch's order. With fewer
   * examples than processes some are empty: such a process runs no backward pass, but makes all
   * other calls.
   */
  public <E> List<E> shard(List<E> batch, ToIntFunction<E> length) {
    return shard(batch, length, processes.rank(), processes.size());
  }

  static <E> List<E> shard(List<E> batch, ToIntFunction<E> length, int rank, int size) {
    long[] lengths = batch.stream().mapToLong(length::applyAsInt).toArray();
    int[] parts = BalancedPartition.into(size, lengths);
    return IntStream.range(0, batch.size())
        .filter(i -> parts[i] == rank)
        .<E>mapToObj(batch::get)
        .toList();
  }

  /**
   * Announces this process's last backward pass of the step, during which complete gradients may be
   * sent. Without this call all are sent at the end.
   */
  public void beforeLastBackward() {
    if (buckets != null) {
      buckets.beforeLastBackward();
    }
  }

  /**
   * Waits until every gradient is the sum of all processes' gradients; a parameter that the loss
   * does not use counts as zero. Returns the number of buckets sent during the backward pass.
   */
  public int finishGradients() {
    return buckets == null ? 0 : buckets.finish();
  }

  int buckets() {
    return buckets == null ? 0 : buckets.count();
  }

  /** Clears all gradients; use this instead of clearing each. */
  public void clearGradients() {
    if (buckets != null) {
      buckets.clear();
    } else {
      parameters.forEach(Tensor::clearGradient);
    }
  }

  /** The parameters that this process updates, and whose optimiser state it holds, in order. */
  public Collection<Tensor> owned() {
    return IntStream.range(0, parameters.size())
        .filter(i -> !divided || owners[i] == processes.rank())
        .mapToObj(parameters::get)
        .toList();
  }

  /** Sends every process the parameters that their owners have updated. */
  public void shareParameters() {
    if (divided) {
      copyParameters(i -> owners[i]);
    }
  }

  /** Sends every process the parameters of process 0. */
  public void broadcastParameters() {
    copyParameters(i -> 0);
  }

  /** All at once; a parameter that is not contiguous goes through a copy. */
  private void copyParameters(IntUnaryOperator root) {
    ProcessGroup group = processes.group;
    if (group == null) {
      return;
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      List<Tensor> copies = parameters.stream().map(Tensor::contiguous).toList();
      List<PendingCollective> pending = new ArrayList<>();
      for (int i = 0; i < copies.size(); i++) {
        pending.add(group.broadcast(copies.get(i), root.applyAsInt(i)));
      }
      for (int i = 0; i < copies.size(); i++) {
        pending.get(i).await();
        if (!copies.get(i).sharesMemoryWith(parameters.get(i))) {
          parameters.get(i).copyInPlace(copies.get(i));
        }
      }
    }
  }

  /**
   * Fetches a tensor of optimiser state from its owner to process 0. One at a time: a checkpoint of
   * sharded state needs little more memory than its largest tensor. Process 0 may take any time
   * between two calls.
   *
   * @param parameter whose state it is; refused if it is not trained
   * @param shape of the state, which is F32
   * @param state called on the owner only
   * @return the tensor on process 0 (not a copy if it is the owner); empty elsewhere
   */
  public Optional<Tensor> fromOwner(Tensor parameter, long[] shape, Supplier<Tensor> state) {
    int place = parameters.indexOf(parameter);
    Validate.isTrue(place >= 0, "%s is none of the parameters that are trained", parameter);
    int owner = owners[place];
    ProcessGroup group = processes.group;
    if (group == null || (owner == 0 && processes.isFirst())) {
      return Optional.of(state.get());
    } else if (processes.isFirst()) {
      group.giveTurn(owner);
      Tensor received = Tensors.empty(DType.F32, group.device(), shape);
      group.receive(received, owner);
      return Optional.of(received);
    } else if (owner == processes.rank()) {
      group.awaitTurn();
      try (TensorScope scope = TensorScope.open()) {
        group.send(state.get().to(DType.F32).to(group.device()).contiguous(), 0);
      }
    }
    return Optional.empty();
  }

  /** Releases the gradients; the parameters keep their values. */
  @Override
  public void close() {
    if (buckets != null) {
      buckets.close();
    } else {
      clearGradients();
    }
  }
}

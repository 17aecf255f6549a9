package dev.palinode.training.parallel;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.PendingCollective;
import dev.palinode.tensor.ProcessGroup;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.IntUnaryOperator;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the copies of a model that several {@link Processes} train together the same; with one
 * process there is nothing to do. A step goes:
 *
 * <pre>
 * own = share(batch)
 * for each piece of own:            (none where the batch is smaller than the number of processes)
 *   before the last: beforeLastBackward()
 *   backward pass of the piece's partial loss
 * finishGradients()                 (the gradients of the whole batch, on every process)
 * clip them, move the owned() parameters
 * shareParameters()
 * clearGradients()
 * </pre>
 *
 * <p>Optionally the optimiser's state is divided, as in ZeRO-1 (Rajbhandari et al., 2020): each
 * process holds it, and makes the update, for whole parameters of about its part of all elements.
 */
public final class Replicas implements AutoCloseable {
  private static final int MOST_DIMENSIONS = 8;

  /** Types by the number that they have between processes. */
  private static final List<DType> TYPES = List.of(DType.values());

  private final Processes processes;
  private final List<Tensor> parameters;
  private final boolean divided;
  private final int[] owners; // of the parameters' optimiser state
  private final @Nullable GradientBuckets buckets; // null where there is one process

  /**
   * Takes over the gradients of the parameters until {@link #close}.
   *
   * @param processes not owned: to be closed after this
   * @param parameters those that are trained: they ask for gradients, and are the same on all
   *     processes, in the same order
   * @param inParts whether a parameter's gradient may be added in several parts in one pass: where
   *     it is computed again in pieces
   * @param divideState whether each process keeps the optimiser's state of a part only
   */
  public Replicas(
      Processes processes,
      Collection<Tensor> parameters,
      Predicate<Tensor> inParts,
      boolean divideState) {
    this(processes, parameters, inParts, divideState, GradientBuckets.BYTES);
  }

  Replicas(
      Processes processes,
      Collection<Tensor> parameters,
      Predicate<Tensor> inParts,
      boolean divideState,
      long bucketBytes) {
    this.processes = processes;
    this.parameters = List.copyOf(parameters);
    this.divided = divideState;
    // Undivided, all have the state; process 0 is the one that is asked for it.
    this.owners =
        divideState
            ? BalancedPartition.into(
                processes.size(), this.parameters.stream().mapToLong(Tensor::elements).toArray())
            : new int[this.parameters.size()];
    ProcessGroup group = processes.group;
    this.buckets =
        group == null ? null : new GradientBuckets(group, this.parameters, inParts, bucketBytes);
  }

  /** The processes that hold the copies. */
  public Processes processes() {
    return processes;
  }

  /**
   * This process's part of a batch that all processes have. Every example is in exactly one part;
   * parts have about the same total length, and keep the batch's order. A part is empty where there
   * are fewer examples than processes: such a process makes no backward pass, and everything else
   * as the others.
   *
   * @param length what an example costs, in tokens
   */
  public <E> List<E> share(List<E> batch, ToIntFunction<E> length) {
    return share(batch, length, processes.rank(), processes.size());
  }

  static <E> List<E> share(List<E> batch, ToIntFunction<E> length, int rank, int size) {
    long[] lengths = batch.stream().mapToLong(length::applyAsInt).toArray();
    int[] parts = BalancedPartition.into(size, lengths);
    return IntStream.range(0, batch.size())
        .filter(i -> parts[i] == rank)
        .<E>mapToObj(batch::get)
        .toList();
  }

  /**
   * The next backward pass is this process's last of the step: gradients that it has completed may
   * be sent while it still runs. Left out, all are sent at the end.
   */
  public void beforeLastBackward() {
    if (buckets != null) {
      buckets.beforeLastBackward();
    }
  }

  /**
   * Waits until the gradient of every parameter is the sum of all processes' gradients. A parameter
   * that had no part in the loss counts as zero.
   *
   * @return how many buckets of gradients were sent during the backward pass
   */
  public int finishGradients() {
    return buckets == null ? 0 : buckets.finish();
  }

  /** Number of the parts in which gradients are sent. */
  int buckets() {
    return buckets == null ? 0 : buckets.count();
  }

  /** Forgets all gradients; to be used in place of clearing each. */
  public void clearGradients() {
    if (buckets != null) {
      buckets.clear();
    } else {
      parameters.forEach(Tensor::clearGradient);
    }
  }

  /**
   * The parameters whose optimiser state this process holds, and which it moves, in their order.
   */
  public Collection<Tensor> owned() {
    return IntStream.range(0, parameters.size())
        .filter(i -> !divided || owners[i] == processes.rank())
        .mapToObj(parameters::get)
        .toList();
  }

  /** Gives every process the parameters as their owners have moved them. */
  public void shareParameters() {
    if (divided) {
      copyParameters(i -> owners[i]);
    }
  }

  /** Gives every process the parameters as process 0 has them: at the start. */
  public void broadcastParameters() {
    copyParameters(i -> 0);
  }

  /** All at once; a parameter that is not contiguous goes through a copy. */
  private void copyParameters(IntUnaryOperator root) {
    ProcessGroup group = processes.group;
    if (group == null) {
      return;
    }
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
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
   * Has a tensor that belongs to a parameter, and that its owner alone may have, on process 0. One
   * at a time: a checkpoint of divided state needs little more memory than its largest tensor.
   * Process 0 may take any time between two of them.
   *
   * @param parameter one of those given at the start
   * @param state asked on the owner only: a tensor of at most 8 dimensions, of any shape and type
   * @return on process 0, the tensor (its own where it is the owner); elsewhere nothing
   */
  public Optional<Tensor> fromOwner(Tensor parameter, Supplier<Tensor> state) {
    int place = parameters.indexOf(parameter);
    if (place < 0) {
      throw new IllegalArgumentException(parameter + " is none of the parameters that are trained");
    }
    int owner = owners[place];
    ProcessGroup group = processes.group;
    if (group == null || (owner == 0 && processes.isFirst())) {
      return Optional.of(state.get());
    } else if (processes.isFirst()) {
      group.giveTurn(owner);
      return Optional.of(receive(group, owner));
    } else if (owner == processes.rank()) {
      group.awaitTurn();
      send(group, state.get());
    }
    return Optional.empty();
  }

  /** A header goes first: type, number of dimensions, and these. */
  private static void send(ProcessGroup group, Tensor tensor) {
    try (TensorScope scope = TensorScope.open()) {
      long[] shape = tensor.shape();
      long[] header = new long[2 + MOST_DIMENSIONS];
      header[0] = TYPES.indexOf(tensor.dtype());
      header[1] = shape.length;
      System.arraycopy(shape, 0, header, 2, shape.length);
      group.send(Tensors.of(header, header.length).to(group.device()), 0);
      group.send(tensor.to(group.device()).contiguous(), 0);
    }
  }

  private static Tensor receive(ProcessGroup group, int owner) {
    long[] header;
    try (TensorScope scope = TensorScope.open()) {
      Tensor received = Tensors.zeros(DType.I64, group.device(), 2 + MOST_DIMENSIONS);
      group.receive(received, owner);
      header = received.toLongs();
    }
    long[] shape = Arrays.copyOfRange(header, 2, 2 + Math.toIntExact(header[1]));
    Tensor tensor = Tensors.empty(TYPES.get(Math.toIntExact(header[0])), group.device(), shape);
    group.receive(tensor, owner);
    return tensor;
  }

  /** Lets go of the parameters; the model and its values stay. */
  @Override
  public void close() {
    if (buckets != null) {
      buckets.close();
    } else {
      clearGradients();
    }
  }
}

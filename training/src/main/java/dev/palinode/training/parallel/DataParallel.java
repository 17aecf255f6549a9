package dev.palinode.training.parallel;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.PendingCollective;
import dev.palinode.tensor.ProcessGroup;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.io.IOException;
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

/**
 * Processes of a {@link ProcessGroup} that hold the whole model each and divide every batch.
 * Gradients are added up in {@linkplain GradientBuckets buckets} while the backward pass goes on.
 *
 * <p>Optionally the optimiser's state is divided too, as in ZeRO-1 (Rajbhandari et al., 2020): each
 * process holds it, and makes the update, for whole parameters of about its share of all elements.
 */
public final class DataParallel implements Replicas {
  private static final int MOST_DIMENSIONS = 8;

  /** Types by the number that stands for them between processes. */
  private static final List<DType> TYPES = List.of(DType.values());

  private final ProcessGroup group;
  private final List<Tensor> parameters;
  private final GradientBuckets buckets;
  private final boolean divided;
  private final int[] owners; // of the parameters' optimiser state

  /**
   * Takes over the parameters' gradients: they are zero after this, and never null until {@link
   * #close}.
   *
   * @param group not owned: to be closed after this
   * @param parameters those that are trained: they ask for gradients, and are the same on all
   *     processes, in the same order
   * @param inParts whether a parameter's gradient may be added in several parts in one pass: of
   *     what is computed again in pieces
   * @param divideState whether each process keeps the optimiser's state of a part only
   */
  public DataParallel(
      ProcessGroup group,
      Collection<Tensor> parameters,
      Predicate<Tensor> inParts,
      boolean divideState) {
    this(group, parameters, inParts, divideState, GradientBuckets.BYTES);
  }

  DataParallel(
      ProcessGroup group,
      Collection<Tensor> parameters,
      Predicate<Tensor> inParts,
      boolean divideState,
      long bucketBytes) {
    this.group = group;
    this.parameters = List.copyOf(parameters);
    this.buckets = new GradientBuckets(group, this.parameters, inParts, bucketBytes);
    this.divided = divideState;
    // Undivided, all have the state; process 0 is the one to be asked for it.
    this.owners =
        divideState
            ? Division.into(
                group.size(), this.parameters.stream().mapToLong(Tensor::elements).toArray())
            : new int[this.parameters.size()];
  }

  @Override
  public int rank() {
    return group.rank();
  }

  @Override
  public int size() {
    return group.size();
  }

  @Override
  public <E> List<E> share(List<E> batch, ToIntFunction<E> length) {
    return share(batch, length, rank(), size());
  }

  static <E> List<E> share(List<E> batch, ToIntFunction<E> length, int rank, int size) {
    int[] parts = Division.into(size, batch.stream().mapToLong(length::applyAsInt).toArray());
    return IntStream.range(0, batch.size())
        .filter(i -> parts[i] == rank)
        .<E>mapToObj(batch::get)
        .toList();
  }

  @Override
  public void beforeLastBackward() {
    buckets.beforeLastBackward();
  }

  @Override
  public void finishGradients() {
    finishAndCount();
  }

  /** Finishes gradients; says how many of the buckets were sent before, in the backward pass. */
  int finishAndCount() {
    return buckets.finish();
  }

  int bucketCount() {
    return buckets.count();
  }

  @Override
  public void clearGradients() {
    buckets.clear();
  }

  @Override
  public double[] sum(double... values) {
    return Exchange.sum(group, values);
  }

  @Override
  public double[] fromFirst(double... values) {
    return Exchange.fromFirst(group, values);
  }

  @Override
  public void requireSame(String what, String value) throws IOException {
    Exchange.requireSame(group, what, value);
  }

  @Override
  public Collection<Tensor> owned() {
    return IntStream.range(0, parameters.size())
        .filter(i -> !divided || owners[i] == rank())
        .mapToObj(parameters::get)
        .toList();
  }

  @Override
  public void shareParameters() {
    if (divided) {
      copyParameters(i -> owners[i]);
    }
  }

  @Override
  public void broadcastParameters() {
    copyParameters(i -> 0);
  }

  /** All at once under way; a parameter that is no contiguous tensor goes through a copy. */
  private void copyParameters(IntUnaryOperator root) {
    try (TensorScope scope = TensorScope.open();
        Gradients.Disabled frozen = Gradients.disabled()) {
      List<Tensor> copies = new ArrayList<>();
      List<PendingCollective> pending = new ArrayList<>();
      for (int i = 0; i < parameters.size(); i++) {
        Tensor copy = parameters.get(i).contiguous();
        copies.add(copy);
        pending.add(group.broadcast(copy, root.applyAsInt(i)));
      }
      for (int i = 0; i < parameters.size(); i++) {
        pending.get(i).await();
        if (!copies.get(i).sharesMemoryWith(parameters.get(i))) {
          parameters.get(i).copyInPlace(copies.get(i));
        }
      }
    }
  }

  @Override
  public Optional<Tensor> fromOwner(Tensor parameter, Supplier<Tensor> state) {
    int place = parameters.indexOf(parameter);
    if (place < 0) {
      throw new IllegalArgumentException(parameter + " is none of the parameters that are trained");
    }
    int owner = owners[place];
    if (isFirst()) {
      if (owner == 0) {
        return Optional.of(state.get());
      }
      group.giveTurn(owner);
      return Optional.of(receive(owner));
    }
    if (owner == rank()) {
      group.awaitTurn();
      send(state.get());
    }
    return Optional.empty();
  }

  /** What a tensor is goes before it: its type, its number of dimensions, and these. */
  private void send(Tensor tensor) {
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

  private Tensor receive(int owner) {
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

  @Override
  public void barrier() {
    group.barrier();
  }

  @Override
  public void close() {
    buckets.close();
  }
}

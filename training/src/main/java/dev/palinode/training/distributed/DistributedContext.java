package dev.palinode.training.distributed;

import dev.palinode.io.Sha256;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.distributed.ProcessGroup;
import dev.palinode.tensor.distributed.Rendezvous;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a run: a single one, or those that a launcher started. They read the same data
 * and model, and use one output folder.
 *
 * <p>All processes must call the methods that communicate, in the same order. If one is lost, the
 * others end with a {@link dev.palinode.tensor.distributed.LostPeerException} within the
 * {@linkplain Rendezvous#timeout timeout} of the rendezvous. Not thread-safe.
 */
public final class DistributedContext implements AutoCloseable {
  private static final int HASH_BITS = 53; // exact in a double

  /** Null for a single process. */
  final @Nullable ProcessGroup group;

  private final Device device;

  private DistributedContext(@Nullable ProcessGroup group, Device device) {
    this.group = group;
    this.device = device;
  }

  public static DistributedContext single(Device device) {
    return new DistributedContext(null, device);
  }

  /**
   * Several processes if the environment has {@code RANK}, else a single one.
   *
   * @param device to train on; with CUDA, each of several processes uses the GPU of its {@code
   *     LOCAL_RANK}
   * @param log receives a message if this process has to wait for others
   * @throws IllegalArgumentException if the environment is incomplete, or there is no such device
   */
  public static DistributedContext of(
      Map<String, String> environment, Device device, Consumer<String> log) {
    if (!Rendezvous.isIn(environment)) {
      return single(device.requireAvailable());
    }
    Rendezvous place = Rendezvous.fromEnvironment(environment);
    Device own = device.kind() == Device.Kind.CUDA ? Device.cuda(place.localRank()) : device;
    return new DistributedContext(ProcessGroup.join(place, own.requireAvailable(), log), own);
  }

  public Device device() {
    return device;
  }

  public int rank() {
    return group == null ? 0 : group.rank();
  }

  public int size() {
    return group == null ? 1 : group.size();
  }

  /** Whether this is process 0, which writes files and logs. */
  public boolean isFirst() {
    return rank() == 0;
  }

  /** Waits until every process has reached this point; for process 0 as long as it lives. */
  public void barrier() {
    if (group != null) {
      group.barrier();
    }
  }

  /** Element-wise sum of all processes' values. */
  public double[] sum(double... values) {
    if (group == null) {
      return values.clone();
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor sum = Tensors.of(values, values.length).to(group.device());
      group.allReduceSum(sum).await();
      return sum.toDoubles();
    }
  }

  /** Broadcasts the values of process 0; those of the others only give the length. */
  public double[] fromFirst(double... values) {
    return sum(isFirst() ? values : new double[values.length]);
  }

  /**
   * Checks that all processes have the same value.
   *
   * @param what name of the value, for messages
   * @throws IOException on every process, if one of them has another value than process 0
   */
  public void requireSame(String what, String value) throws IOException {
    double[] own = new double[size()];
    byte[] digest = Sha256.digest().digest(value.getBytes(StandardCharsets.UTF_8));
    own[rank()] = ByteBuffer.wrap(digest).getLong() >>> (Long.SIZE - HASH_BITS);
    double[] all = sum(own);
    List<Integer> different =
        IntStream.range(1, all.length).filter(rank -> all[rank] != all[0]).boxed().toList();
    if (!different.isEmpty()) {
      throw new IOException(
          """
          not every process has the same %s: of %s processes, %s differ from process 0. Process %s \
          has %s. Give all of them the same recipe, model, data and output folder"""
              .formatted(what, size(), different, rank(), value));
    }
  }

  @Override
  public void close() {
    if (group != null) {
      group.close();
    }
  }
}

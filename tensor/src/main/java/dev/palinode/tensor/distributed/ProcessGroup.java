package dev.palinode.tensor.distributed;

import dev.palinode.tensor.Device;
import dev.palinode.tensor.Libtorch;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.commons.lang3.Validate;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.BroadcastOptions;
import org.bytedeco.pytorch.GlooDeviceVector;
import org.bytedeco.pytorch.ProcessGroupGloo;
import org.bytedeco.pytorch.Store;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.Work;

/**
 * A group of processes that compute together: with Gloo on CPUs, with NCCL on GPUs.
 *
 * <p>Every process must start the same operations in the same order, with tensors of the same type
 * and number of elements; otherwise operations hang until the timeout or give wrong results. All
 * processes get bit-identical results.
 *
 * <p>If a process ends or does not answer within the timeout, the operations of all others fail
 * with a {@link LostPeerException}, and the group cannot be used after that. When process 0 may be
 * busy for longer, writing a checkpoint for example, the others {@linkplain #awaitTurn wait for
 * their turn}: without limit, as long as process 0 lives.
 *
 * <p>Not thread-safe: the order of operations would be undefined. Close it at the end; the others
 * notice a process that ends without closing only if they still wait for it.
 */
public final class ProcessGroup implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  private final Rendezvous place;
  private final Device device;
  private final Store store;
  private final Backend backend;
  private final RankZeroSignal turns;

  private ProcessGroup(Rendezvous place, Device device, Store store, Backend backend) {
    this.place = place;
    this.device = device;
    this.store = store;
    this.backend = backend;
    this.turns = new RankZeroSignal(store, place);
    backend.retainReference();
  }

  /**
   * Connects to the other processes; returns when all are connected. A process that cannot reach
   * process 0 retries until the timeout.
   *
   * @param say gets a line of text if this waits for more than a few seconds
   * @throws IllegalArgumentException if the address or interface does not exist
   * @throws LostPeerException if not all connect within the timeout
   */
  public static ProcessGroup join(Rendezvous place, Device device, Consumer<String> say) {
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open()) {
      InetSocketAddress master = new InetSocketAddress(place.address(), place.port());
      Validate.isTrue(
          !master.isUnresolved(),
          "the address of process 0, \"%s\", is not known here",
          place.address());
      try {
        Store store = RendezvousStore.open(place, say);
        return new ProcessGroup(
            place,
            device,
            store,
            device.kind() == Device.Kind.CUDA
                ? NcclBackend.connect(store, place, device)
                : gloo(store, place, master));
      } catch (IllegalArgumentException explained) {
        throw explained;
      } catch (RuntimeException nativeError) {
        throw notMet(place, System.nanoTime() - start, nativeError);
      }
    }
  }

  private static Backend gloo(Store store, Rendezvous place, InetSocketAddress master) {
    ProcessGroupGloo.Options options = ProcessGroupGloo.Options.create();
    set(options.timeout(), place.timeout());
    options.devices(
        new GlooDeviceVector(
            place
                .networkInterface()
                .map(ProcessGroup::interfaceNamed)
                .orElseGet(
                    () -> ProcessGroupGloo.createDeviceForHostname(addressTowards(master)))));
    return new ProcessGroupGloo(store, place.rank(), place.size(), options);
  }

  private static org.bytedeco.pytorch.gloo.Device interfaceNamed(String name) {
    try {
      return ProcessGroupGloo.createDeviceForInterface(name);
    } catch (RuntimeException nativeError) {
      throw new IllegalArgumentException(
          "network interface \"" + name + "\" is of no use here: " + reason(nativeError),
          nativeError);
    }
  }

  /** This machine's address on the route to another; sends nothing. */
  private static String addressTowards(InetSocketAddress other) {
    try (DatagramSocket socket = new DatagramSocket()) {
      socket.connect(other);
      return socket.getLocalAddress().getHostAddress();
    } catch (IOException noWay) {
      throw new IllegalArgumentException(
          "no network leads to process 0 at " + other + ": " + noWay.getMessage(), noWay);
    }
  }

  /**
   * Writes a timeout into libtorch's memory. JavaCPP's constructor needs a native library that
   * nothing else here needs; in all C++ standard libraries the value is one 64-bit number.
   */
  private static void set(Milliseconds timeout, Duration value) {
    new LongPointer(timeout).put(value.toMillis());
  }

  public int rank() {
    return place.rank();
  }

  public int size() {
    return place.size();
  }

  /** Where the tensors of all operations must be. */
  public Device device() {
    return device;
  }

  /** Starts replacing a contiguous tensor of every process by the sum of all (all-reduce). */
  public PendingCollective allReduceSum(Tensor tensor) {
    return begin("the sum of " + tensor, tensor, () -> backend.allreduce(vector(tensor)));
  }

  /** Starts replacing a contiguous tensor of every process by that of {@code root}. */
  public PendingCollective broadcast(Tensor tensor, int root) {
    requireRank(root);
    return begin(
        tensor + " from process " + root,
        tensor,
        () -> backend.broadcast(vector(tensor), new BroadcastOptions().rootRank(root)));
  }

  /** Sends a contiguous tensor to another process, which {@linkplain #receive receives} it. */
  public void send(Tensor tensor, int to) {
    requireRank(to);
    begin(tensor + " to process " + to, tensor, () -> backend.send(vector(tensor), to, 0)).await();
  }

  /** Fills a contiguous tensor with the one that another process {@linkplain #send sends}. */
  public void receive(Tensor tensor, int from) {
    requireRank(from);
    begin(tensor + " of process " + from, tensor, () -> backend.recv(vector(tensor), from, 0))
        .await();
  }

  /**
   * Waits until every process has reached this point: for process 0 as long as it lives, for the
   * others at most the timeout after that.
   */
  public void barrier() {
    if (place.rank() > 0) {
      awaitTurn();
    }
    for (int rank = 1; rank < place.size() && place.rank() == 0; rank++) {
      giveTurn(rank);
    }
    pending("a barrier", backend::barrier).await();
  }

  /** Process 0 lets a process continue that {@linkplain #awaitTurn waits for its turn}. */
  public void giveTurn(int rank) {
    requireRank(rank);
    try {
      turns.give(rank);
    } catch (RuntimeException nativeError) {
      throw lost("the turn of process " + rank, 0, nativeError);
    }
  }

  /**
   * Waits until process 0 {@linkplain #giveTurn gives} this process its turn; without limit, as
   * long as process 0 lives and is not frozen for longer than the timeout.
   */
  public void awaitTurn() {
    long start = System.nanoTime();
    try {
      turns.await();
    } catch (RuntimeException nativeError) {
      throw lost("process 0", System.nanoTime() - start, nativeError);
    }
  }

  private PendingCollective begin(String what, Tensor tensor, Supplier<Work> operation) {
    Validate.isTrue(
        tensor.handle.is_contiguous(),
        "%s is not contiguous: processes exchange contiguous tensors only",
        tensor);
    Validate.isTrue(
        tensor.device().equals(device),
        "%s is on %s: the processes exchange tensors on %s",
        tensor,
        tensor.device(),
        device);
    return pending(what, operation);
  }

  private PendingCollective pending(String what, Supplier<Work> operation) {
    long start = System.nanoTime();
    try (TensorScope scope = TensorScope.open()) {
      return new PendingCollective(this, what, operation.get());
    } catch (RuntimeException nativeError) {
      throw lost(what, System.nanoTime() - start, nativeError);
    }
  }

  private static TensorVector vector(Tensor tensor) {
    return Tensors.vector(List.of(tensor));
  }

  private void requireRank(int rank) {
    int last = place.size() - 1;
    Validate.isTrue(
        rank >= 0 && rank <= last, "there is no process %s: expected 0 to %s", rank, last);
  }

  LostPeerException lost(String what, long nanos, RuntimeException nativeError) {
    return new LostPeerException(
        String.format(
            Locale.ROOT,
            "%s lost another one while it waited for %s: after %.1f s (limit: %.1f s), %s. See what"
                + " the others said last. Start all processes again: the run resumes from its last"
                + " checkpoint",
            place.label(),
            what,
            nanos / 1e9,
            seconds(place),
            reason(nativeError)),
        nativeError);
  }

  private static LostPeerException notMet(
      Rendezvous place, long nanos, RuntimeException nativeError) {
    return new LostPeerException(
        String.format(
            Locale.ROOT,
            "%s did not meet the others at %s:%d: after %.1f s (limit: %.1f s), %s. All processes"
                + " must be started within that time (%s sets it, in seconds), with the same address"
                + " and port, which must be free on the machine of process 0 and open to the others",
            place.label(),
            place.address(),
            place.port(),
            nanos / 1e9,
            seconds(place),
            reason(nativeError),
            Rendezvous.TIMEOUT_VARIABLE),
        nativeError);
  }

  private static double seconds(Rendezvous place) {
    return place.timeout().toMillis() / 1e3;
  }

  /** The first line of a native message, without libtorch's source location. */
  private static String reason(RuntimeException error) {
    return String.valueOf(error.getMessage())
        .lines()
        .findFirst()
        .map(line -> line.replaceFirst("^\\[[^\\]]*\\] ", "").replaceFirst("\\.$", ""))
        .orElse("no reason given");
  }

  /**
   * Leaves the group and frees its resources. Waits for running operations of this process, at most
   * for the timeout. Closing twice does nothing.
   */
  @Override
  public void close() {
    backend.close();
    store.close();
  }
}

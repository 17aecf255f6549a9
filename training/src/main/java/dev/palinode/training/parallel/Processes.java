package dev.palinode.training.parallel;

import dev.palinode.tensor.Device;
import dev.palinode.tensor.ProcessGroup;
import dev.palinode.tensor.Rendezvous;
import dev.palinode.tensor.Tensor;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a run: this one alone, or those that a launcher started. They read the same data
 * and the same model, and share one output folder. Not thread-safe.
 */
public final class Processes implements AutoCloseable {
  private final @Nullable ProcessGroup group;
  private final Device device;

  private Processes(@Nullable ProcessGroup group, Device device) {
    this.group = group;
    this.device = device;
  }

  /** This process alone. */
  public static Processes single(Device device) {
    return new Processes(null, device);
  }

  /**
   * What the environment says: several processes where it has a {@code RANK}, else this one alone.
   *
   * @param device on which models are trained; of several processes on a machine with GPUs, each
   *     has the GPU of its {@code LOCAL_RANK} instead
   * @param say is told, in a line for people, if this process has to wait for others
   * @throws IllegalArgumentException if the environment says it incompletely, or there is no such
   *     device
   */
  public static Processes of(Map<String, String> environment, Device device, Consumer<String> say) {
    if (!Rendezvous.isIn(environment)) {
      return single(device.requireAvailable());
    }
    Rendezvous place = Rendezvous.fromEnvironment(environment);
    Device own = device.kind() == Device.Kind.CUDA ? Device.cuda(place.localRank()) : device;
    return new Processes(ProcessGroup.join(place, own.requireAvailable(), say), own);
  }

  /** The device that this process trains on. */
  public Device device() {
    return device;
  }

  /** Number of this process, from 0. */
  public int rank() {
    return group == null ? 0 : group.rank();
  }

  /** How many there are. */
  public int size() {
    return group == null ? 1 : group.size();
  }

  /** Whether this is the process that writes files and speaks to people. */
  public boolean isFirst() {
    return rank() == 0;
  }

  /** Waits until every process has come to this point: for process 0 as long as it lives. */
  public void barrier() {
    if (group != null) {
      group.barrier();
    }
  }

  /** The sum of all processes' values, place by place. */
  public double[] sum(double... values) {
    return group == null ? values.clone() : Exchange.sum(group, values);
  }

  /** The values of the first process, on every process; those of the others are ignored. */
  public double[] fromFirst(double... values) {
    return group == null ? values.clone() : Exchange.fromFirst(group, values);
  }

  /**
   * Checks that all processes have the same value.
   *
   * @param what the value is, for people
   * @throws IOException on every process, if one of them has another value than the first
   */
  public void requireSame(String what, String value) throws IOException {
    if (group != null) {
      Exchange.requireSame(group, what, value);
    }
  }

  /**
   * The processes as the trainer sees them.
   *
   * @param parameters that are trained
   * @param inParts whether a parameter's gradient may be added in several parts in one pass
   * @param shardOptimizer whether each process keeps a part of the optimiser's state
   */
  public Replicas replicas(
      Collection<Tensor> parameters, Predicate<Tensor> inParts, boolean shardOptimizer) {
    return group == null
        ? new SingleProcess(parameters)
        : new DataParallel(group, parameters, inParts, shardOptimizer);
  }

  @Override
  public void close() {
    if (group != null) {
      group.close();
    }
  }
}

package dev.palinode.tensor;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * While this is open on a thread, its matrix products are computed in a smaller type, whatever the
 * types of their operands; softmax, losses and the like stay in F32. Weights are kept in F32 and
 * converted where they are used, and their gradients are F32 too: mixed-precision training
 * (Micikevicius et al., 2018).
 *
 * <p>What is open on one thread does not concern others. Nests; use with try-with-resources. A
 * backward pass is computed in the types of its forward pass, whether this is open or not.
 */
public final class Autocast implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  private final State before;

  private Autocast(State before) {
    this.before = before;
  }

  /** What the calling thread does on one kind of device. */
  public record State(Device.Kind kind, boolean enabled, DType type, boolean caches) {
    public static State of(Device.Kind kind) {
      DeviceType device = kind.deviceType();
      return new State(
          kind,
          torch.is_autocast_enabled(device),
          DType.of(torch.get_autocast_dtype(device)),
          torch.is_autocast_cache_enabled());
    }

    private void set() {
      torch.set_autocast_dtype(kind.deviceType(), type.scalarType);
      torch.set_autocast_enabled(kind.deviceType(), enabled);
      torch.set_autocast_cache_enabled(caches);
    }

    /** Does the same here until the result is closed, on whatever thread. */
    public Autocast again() {
      Autocast until = new Autocast(of(kind));
      set();
      return until;
    }
  }

  /**
   * Computes products on a device in a type of choice until the result is closed.
   *
   * <p>Converted weights are not kept for further uses: those that were converted where nothing is
   * recorded would cut off the gradients of later uses, and all would be out of date after a step
   * of the optimiser.
   *
   * @param device where the products are; its kind counts
   * @param type BF16 or F16
   */
  public static Autocast open(Device device, DType type) {
    if (type != DType.BF16 && type != DType.F16) {
      throw new IllegalArgumentException("products in " + type + ": expected BF16 or F16");
    }
    return new State(device.kind(), true, type, false).again();
  }

  /** Computes in the types of the operands until the result is closed. */
  public static Autocast off(Device device) {
    State now = State.of(device.kind());
    return new State(now.kind, false, now.type, now.caches).again();
  }

  /** Whether the calling thread's products on such a device are converted. */
  public static boolean isOn(Device device) {
    return torch.is_autocast_enabled(device.kind().deviceType());
  }

  /** Goes back to what was before; call on the thread that opened this, innermost first. */
  @Override
  public void close() {
    before.set();
  }
}

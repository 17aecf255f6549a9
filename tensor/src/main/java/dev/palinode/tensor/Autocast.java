package dev.palinode.tensor;

import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.DeviceType;

/**
 * Mixed-precision training (Micikevicius et al., 2018): while this is open on a thread, its matrix
 * products are computed in a smaller type, whatever the types of their operands; softmax, losses
 * and similar operations stay in F32. Weights are kept in F32 and converted where they are used,
 * and their gradients are F32 too.
 *
 * <p>Affects only the thread that opens it. Can be nested; use with try-with-resources. A backward
 * pass is computed in the types of its forward pass, whether this is open or not.
 */
public final class Autocast implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  private final State before;

  private Autocast(State before) {
    this.before = before;
  }

  /** The autocast state of a thread for one kind of device. */
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

    /** Applies this state to the calling thread until the result is closed. */
    public Autocast again() {
      Autocast until = new Autocast(of(kind));
      set();
      return until;
    }
  }

  /**
   * Computes products on a device in {@code type} until the result is closed.
   *
   * <p>Converted weights are not cached: weights converted while gradients are disabled would cut
   * off the gradients of later uses, and all would be stale after an optimizer step.
   *
   * @param device where the products are; only its kind matters
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

  /** Restores the previous state; call on the thread that opened this, innermost first. */
  @Override
  public void close() {
    before.set();
  }
}

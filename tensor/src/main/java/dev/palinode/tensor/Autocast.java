package dev.palinode.tensor;

import org.apache.commons.lang3.Validate;
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
 *
 * @param device of the products; only its kind matters
 * @param enabled whether products are converted once this is closed
 * @param type that they are then converted to
 * @param caches whether converted weights are then cached
 */
public record Autocast(Device device, boolean enabled, DType type, boolean caches)
    implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  /** The state of the calling thread; closing the result sets it again. */
  public static Autocast now(Device device) {
    DeviceType type = device.kind().deviceType;
    return new Autocast(
        device,
        torch.is_autocast_enabled(type),
        DType.of(torch.get_autocast_dtype(type)),
        torch.is_autocast_cache_enabled());
  }

  /**
   * Computes products on a device in {@code type} until the result is closed.
   *
   * <p>Converted weights are not cached: weights converted while gradients are disabled would cut
   * off the gradients of later uses, and all would be stale after an optimizer step.
   *
   * @param type BF16 or F16
   */
  public static Autocast open(Device device, DType type) {
    Validate.isTrue(
        type == DType.BF16 || type == DType.F16, "products in %s: expected BF16 or F16", type);
    return new Autocast(device, true, type, false).again();
  }

  /** Computes in the types of the operands until the result is closed. */
  public static Autocast off(Device device) {
    Autocast now = now(device);
    return new Autocast(device, false, now.type, now.caches).again();
  }

  /** Whether the calling thread's products on such a device are converted. */
  public static boolean isOn(Device device) {
    return torch.is_autocast_enabled(device.kind().deviceType);
  }

  /** Applies this state to the calling thread until the result is closed. */
  public Autocast again() {
    Autocast before = now(device);
    apply();
    return before;
  }

  /** Restores the previous state; call on the thread that opened this, innermost first. */
  @Override
  public void close() {
    apply();
  }

  private void apply() {
    DeviceType kind = device.kind().deviceType;
    torch.set_autocast_dtype(kind, type.scalarType);
    torch.set_autocast_enabled(kind, enabled);
    torch.set_autocast_cache_enabled(caches);
  }
}

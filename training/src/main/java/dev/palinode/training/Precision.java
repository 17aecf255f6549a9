package dev.palinode.training;

import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;

/** Number type of a network's matrix products; weights and updates are always F32. */
public enum Precision {
  /** Everything in F32. */
  F32,
  /** Products in BF16; norms, softmax and losses in F32. */
  BF16;

  /** Applies this precision on the calling thread until the result is closed. */
  public Autocast on(Device device) {
    return this == F32 ? Autocast.off(device) : Autocast.open(device, DType.BF16);
  }
}

package dev.palinode.tensor;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** A weight in memory as it is in the checkpoint. */
final class PlainLinear implements Linear {
  private final Tensor weight; // [out, in]
  private final @Nullable Tensor bias; // [out]

  PlainLinear(Tensor weight, @Nullable Tensor bias) {
    this.weight = weight.retain();
    this.bias = bias == null ? null : bias.retain();
  }

  @Override
  public Tensor apply(Tensor x) {
    return new Tensor(
        bias == null
            ? torch.linear(x.handle, weight.handle)
            : torch.linear(x.handle, weight.handle, new TensorOptional(bias.handle)));
  }

  @Override
  public long bytes() {
    return weight.elements() * weight.dtype().bytes();
  }

  @Override
  public void close() {
    weight.close();
    if (bias != null) {
      bias.close();
    }
  }
}

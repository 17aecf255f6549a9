package dev.palinode.tensor;

import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * A weight in memory as it is in the checkpoint.
 *
 * @param weight {@code [out, in]}
 * @param bias {@code [out]} or null
 */
record PlainLinear(Tensor weight, @Nullable Tensor bias) implements Linear {
  PlainLinear {
    weight.retain();
    if (bias != null) {
      bias.retain();
    }
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

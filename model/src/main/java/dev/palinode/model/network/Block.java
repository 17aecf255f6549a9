package dev.palinode.model.network;

import static dev.palinode.tensor.Functional.geluTanh;
import static dev.palinode.tensor.Functional.silu;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.RotaryEmbedding.Rotation;
import dev.palinode.tensor.Tensor;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One block of the network: attention, then the feed-forward layers, each with its norms. */
record Block(
    Norm inputNorm,
    Projection queryKeyValue,
    @Nullable Norm queryNorm,
    @Nullable Norm keyNorm,
    Projection output,
    @Nullable Norm attentionOutputNorm,
    Norm feedForwardNorm,
    Projection gateUp,
    Projection down,
    @Nullable Norm feedForwardOutputNorm) {

  /** The residual stream after this block, {@code [batch, seq, hidden]}. */
  Tensor forward(
      ModelConfig config,
      int layer,
      Tensor x,
      Rotation rotation,
      Attention attention,
      List<Adapter> adapters) {
    Tensor attended = attend(config, layer, inputNorm.apply(x), rotation, attention, adapters);
    Tensor middle = x.plus(normed(attentionOutputNorm, attended));
    Tensor fed = feedForward(config, feedForwardNorm.apply(middle), attention, adapters);
    return middle.plus(normed(feedForwardOutputNorm, fed));
  }

  private static Tensor normed(@Nullable Norm norm, Tensor x) {
    return norm == null ? x : norm.apply(x);
  }

  private Tensor attend(
      ModelConfig config,
      int layer,
      Tensor x,
      Rotation rotation,
      Attention attention,
      List<Adapter> adapters) {
    List<Tensor> parts = queryKeyValue.apply(x, adapters);
    int dim = config.attention().headDim();
    Tensor query = normed(queryNorm, heads(parts.get(0), dim));
    Tensor key = normed(keyNorm, heads(parts.get(1), dim));
    Tensor value = heads(parts.get(2), dim);
    Tensor seen = attention.attend(layer, rotation.apply(query), rotation.apply(key), value);
    long width = (long) config.attention().heads() * dim;
    return output.apply(seen.reshape(x.size(0), x.size(1), width), adapters).get(0);
  }

  /** {@code [batch, seq, heads * dim]} to {@code [batch, seq, heads, dim]}. */
  private static Tensor heads(Tensor x, int dim) {
    return x.reshape(x.size(0), x.size(1), x.size(2) / dim, dim);
  }

  private Tensor feedForward(
      ModelConfig config, Tensor x, Attention attention, List<Adapter> adapters) {
    List<Tensor> parts = gateUp.apply(x, adapters);
    boolean gelu = config.architecture().gatesWithGelu();
    Tensor opened = attention.elementwise(gate -> gelu ? geluTanh(gate) : silu(gate), parts.get(0));
    return down.apply(opened.times(parts.get(1)), adapters).get(0);
  }

  /** Bytes of the matrices. */
  long bytes() {
    return queryKeyValue.bytes() + output.bytes() + gateUp.bytes() + down.bytes();
  }
}

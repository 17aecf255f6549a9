package dev.palinode.model;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Attention of whole sequences to themselves, all beginning at position 0: for training. */
final class CausalAttention implements Attention {
  private final AttentionConfig config;
  private final Map<Integer, Tensor> masks = new HashMap<>(); // by window

  CausalAttention(AttentionConfig config) {
    this.config = config;
  }

  @Override
  public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
    long length = query.size(1);
    int window = config.windows().get(layer);
    // A window as long as the sequence hides nothing: the kernel's own causal mask does.
    @Nullable Tensor mask =
        (window == 0 || window >= length) && config.softcap() == 0
            ? null
            : masks.computeIfAbsent(window, width -> mask(query.device(), length, width));
    DType type = HeadAttention.type(query.dtype(), query.device());
    return HeadAttention.attend(
        config,
        query,
        key.to(type).transpose(1, 2),
        value.to(type).transpose(1, 2),
        mask,
        mask == null);
  }

  private static Tensor mask(Device device, long length, int window) {
    Tensor positions = Tensors.range(length, DType.I64, device).reshape(1, 1, length, 1);
    return Masks.window(positions, 0, length, window);
  }
}

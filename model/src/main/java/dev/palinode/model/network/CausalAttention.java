package dev.palinode.model.network;

import dev.palinode.model.config.AttentionConfig;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Causal self-attention of whole sequences that begin at position 0, for training. */
final class CausalAttention implements Attention {
  private final AttentionConfig config;
  private final long length;
  private final Map<Integer, Tensor> masks = new HashMap<>(); // by window

  /** Creates the masks of all layers at once: inside a layer, they would belong to its scope. */
  CausalAttention(AttentionConfig config, long length, Device device) {
    this.config = config;
    this.length = length;
    for (int window : config.windows()) {
      if (needsMask(window)) {
        masks.computeIfAbsent(window, width -> mask(device, length, width));
      }
    }
  }

  /** With a window as long as the sequence, the kernel's causal mask is enough. */
  private boolean needsMask(int window) {
    return (window != 0 && window < length) || config.softcap() != 0;
  }

  @Override
  public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
    @Nullable Tensor mask = masks.get(config.windows().get(layer));
    DType type = ScaledDotProductAttention.type(query.dtype(), query.device());
    return ScaledDotProductAttention.attend(
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

package dev.palinode.model.network;

import static dev.palinode.tensor.Functional.scaledDotProductAttention;
import static dev.palinode.tensor.Functional.softcappedAttention;

import dev.palinode.model.config.AttentionConfig;
import dev.palinode.tensor.Autocast;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Scaled dot-product attention with a configuration's grouped heads, scale and soft cap. */
public final class ScaledDotProductAttention {
  private ScaledDotProductAttention() {}

  /**
   * The type that attention is computed in, and that keys and values are kept in. On CPUs it is
   * F32: libtorch's products of BF16 matrices that are not weights are many times slower there.
   */
  public static DType type(DType activations, Device device) {
    return device.kind() == Device.Kind.CPU ? DType.F32 : activations;
  }

  /**
   * Computes attention.
   *
   * @param query {@code [batch, seq, heads, headDim]}, of any type
   * @param key {@code [batch, kv heads, keys, headDim]}, of the {@link #type}
   * @param value {@code [batch, kv heads, keys, headDim]}, likewise
   * @param mask which keys a query sees, {@code [batch or 1, 1, seq, keys]}; null for all, or with
   *     {@code causal} for those up to the query itself; never null where scores are capped
   * @return {@code [batch, seq, heads, headDim]}, of the query's type
   */
  public static Tensor attend(
      AttentionConfig config,
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor mask,
      boolean causal) {
    Tensor queries = query.to(key.dtype());
    if (query.device().kind() == Device.Kind.CPU && Autocast.isOn(query.device())) {
      try (Autocast off = Autocast.off(query.device())) { // the type is already chosen
        return attendInOneType(config, queries, key, value, mask, causal).to(query.dtype());
      }
    }
    return attendInOneType(config, queries, key, value, mask, causal).to(query.dtype());
  }

  private static Tensor attendInOneType(
      AttentionConfig config,
      Tensor query,
      Tensor key,
      Tensor value,
      @Nullable Tensor mask,
      boolean causal) {
    long batch = query.size(0);
    long length = query.size(1);
    Tensor queries = query.transpose(1, 2); // [batch, heads, seq, headDim]
    if (config.softcap() > 0) {
      return softcappedAttention(
              queries, key, value, Objects.requireNonNull(mask), config.scale(), config.softcap())
          .transpose(1, 2);
    }
    int groups = config.heads() / config.keyValueHeads();
    if (groups == 1) {
      return scaledDotProductAttention(queries, key, value, mask, causal, config.scale())
          .transpose(1, 2);
    }
    if (length == 1) {
      // The heads of a group become queries of one head: keys and values are read once.
      Tensor grouped = query.reshape(batch, config.keyValueHeads(), groups, config.headDim());
      return scaledDotProductAttention(grouped, key, value, mask, false, config.scale())
          .reshape(batch, 1, config.heads(), config.headDim());
    }
    return scaledDotProductAttention(
            queries, repeated(key, groups), repeated(value, groups), mask, causal, config.scale())
        .transpose(1, 2);
  }

  /** Repeats every head {@code times} times: with many queries the copy costs little. */
  private static Tensor repeated(Tensor x, int times) {
    return x.unsqueeze(2)
        .expand(x.size(0), x.size(1), times, x.size(2), x.size(3))
        .reshape(x.size(0), x.size(1) * times, x.size(2), x.size(3));
  }
}

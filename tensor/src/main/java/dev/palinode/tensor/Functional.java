package dev.palinode.tensor;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The building blocks of neural networks, named as in {@code torch.nn.functional}. */
public final class Functional {
  static {
    Libtorch.prepare();
  }

  private Functional() {}

  /**
   * {@code x W^T}.
   *
   * @param x {@code [..., in]}
   * @param weight {@code [out, in]}
   * @return {@code [..., out]}
   */
  public static Tensor linear(Tensor x, Tensor weight) {
    return new Tensor(torch.linear(x.handle, weight.handle));
  }

  /**
   * Rows of a table.
   *
   * @param weight {@code [rows, dim]}
   * @param ids {@code [...]}, I64
   * @return {@code [..., dim]}
   */
  public static Tensor embedding(Tensor weight, Tensor ids) {
    return new Tensor(torch.embedding(weight.handle, ids.handle));
  }

  /** {@code x / sqrt(mean(x^2) + epsilon) * weight} over the last dimension. */
  public static Tensor rmsNorm(Tensor x, Tensor weight, double epsilon) {
    return new Tensor(
        torch.rms_norm(
            x.handle,
            weight.shape(),
            new TensorOptional(weight.handle),
            new DoubleOptional(epsilon)));
  }

  /** {@code x * sigmoid(x)}. */
  public static Tensor silu(Tensor x) {
    return new Tensor(torch.silu(x.handle));
  }

  /** {@code max(x, 0)}, element by element. */
  public static Tensor relu(Tensor x) {
    return new Tensor(torch.relu(x.handle));
  }

  /**
   * {@code softmax(q k^T / sqrt(dim)) v}, with fewer key and value heads than query heads allowed
   * (grouped-query attention).
   *
   * @param query {@code [batch, heads, queries, dim]}
   * @param key {@code [batch, kv heads, keys, dim]}
   * @param value {@code [batch, kv heads, keys, dim]}
   * @param mask {@code [batch or 1, 1, queries, keys]}, BOOL, true where a query may look; null for
   *     no mask
   * @param causal query i sees keys 0 to i; only without a mask
   * @return {@code [batch, heads, queries, dim]}
   */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, boolean causal) {
    boolean grouped = query.size(1) != key.size(1);
    return new Tensor(
        torch.scaled_dot_product_attention(
            query.handle,
            key.handle,
            value.handle,
            mask == null ? new TensorOptional() : new TensorOptional(mask.handle),
            0.0,
            causal,
            new DoubleOptional(),
            grouped));
  }

  /**
   * Negative log-likelihood of the targets, summed.
   *
   * @param logits {@code [n, vocab]}
   * @param targets {@code [n]}, I64
   * @return a scalar
   */
  public static Tensor crossEntropySum(Tensor logits, Tensor targets) {
    return new Tensor(
        torch.cross_entropy_loss(
            logits.handle, targets.handle, new TensorOptional(), REDUCTION_SUM, -100, 0.0));
  }

  private static final long REDUCTION_SUM = 2; // at::Reduction::Sum
}

package dev.palinode.tensor;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** The building blocks of neural networks, named as in {@code torch.nn.functional}. */
public final class Functional {
  static {
    Libtorch.prepare();
  }

  private Functional() {}

  /** {@code x W^T}, {@code x [..., in]}, {@code W [out, in]}. */
  public static Tensor linear(Tensor x, Tensor weight) {
    return new Tensor(torch.linear(x.handle, weight.handle));
  }

  /** Rows of a table {@code [rows, dim]} by {@code ids [...]}, I64: {@code [..., dim]}. */
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

  /** {@code x * Phi(x)} with the normal distribution's Phi approximated by a tanh. */
  public static Tensor geluTanh(Tensor x) {
    return new Tensor(torch.gelu(x.handle, "tanh"));
  }

  /** {@code x} where the condition (BOOL, broadcast) holds, another value elsewhere. */
  public static Tensor where(Tensor condition, Tensor x, double otherwise) {
    return new Tensor(torch.where(condition.handle, x.handle, new Scalar(otherwise)));
  }

  /** {@code x} where the condition (BOOL) holds, {@code otherwise} elsewhere; all broadcast. */
  public static Tensor where(Tensor condition, Tensor x, Tensor otherwise) {
    return new Tensor(torch.where(condition.handle, x.handle, otherwise.handle));
  }

  /** {@code cap * tanh(x / cap)}: smoothly inside (-cap, cap). */
  public static Tensor softcap(Tensor x, double cap) {
    return x.dividedBy(cap).tanh().times(cap);
  }

  public static Tensor relu(Tensor x) {
    return new Tensor(torch.relu(x.handle));
  }

  /**
   * {@code softmax(scale * q k^T) v}, with fewer key and value heads than query heads allowed
   * (grouped-query attention).
   *
   * @param query {@code [batch, heads, queries, dim]}
   * @param key {@code [batch, kv heads, keys, dim]}
   * @param value {@code [batch, kv heads, keys, dim]}
   * @param mask {@code [batch or 1, 1, queries, keys]}, BOOL, true for keys that a query sees; null
   *     for no mask
   * @param causal query i sees keys 0 to i; only without a mask
   * @param scale of the scores
   * @return {@code [batch, heads, queries, dim]}
   */
  public static Tensor scaledDotProductAttention(
      Tensor query, Tensor key, Tensor value, @Nullable Tensor mask, boolean causal, double scale) {
    return new Tensor(
        torch.scaled_dot_product_attention(
            query.handle,
            key.handle,
            value.handle,
            mask == null ? new TensorOptional() : new TensorOptional(mask.handle),
            0.0,
            causal,
            new DoubleOptional(scale),
            query.size(1) != key.size(1)));
  }

  /**
   * Attention whose scores are {@linkplain #softcap capped} before the mask, as in Gemma 2.
   *
   * @param mask {@code [batch or 1, 1, queries, keys]}, BOOL, true for keys that a query sees
   * @return {@code [batch, heads, queries, dim]}
   */
  public static Tensor softcappedAttention(
      Tensor query, Tensor key, Tensor value, Tensor mask, double scale, double cap) {
    long batch = query.size(0);
    long heads = query.size(1);
    long length = query.size(2);
    long dim = query.size(3);
    long groups = key.size(1);
    // The query heads of a group become further queries of their key-value head.
    Tensor grouped = query.reshape(batch, groups, heads / groups, length, dim);
    Tensor scores = grouped.times(scale).matmul(key.unsqueeze(2).transpose(-2, -1));
    Tensor seen = where(mask.unsqueeze(2), softcap(scores, cap), Double.NEGATIVE_INFINITY);
    Tensor weights = new Tensor(torch.softmax(seen.to(DType.F32).handle, -1)).to(value.dtype());
    return weights.matmul(value.unsqueeze(2)).reshape(batch, heads, length, dim);
  }

  /** Summed negative log-likelihood of {@code targets [n]}, I64, in {@code logits [n, vocab]}. */
  public static Tensor crossEntropySum(Tensor logits, Tensor targets) {
    return crossEntropy(logits, targets, /* Reduction::Sum */ 2);
  }

  /** {@code log(sigmoid(x))}, element by element, numerically stable. */
  public static Tensor logSigmoid(Tensor x) {
    return new Tensor(torch.log_sigmoid(x.handle));
  }

  /**
   * Log-probability {@code [n]} of each of {@code targets [n]}, I64, in {@code logits [n, vocab]},
   * computed in F32 whatever the type of the logits.
   */
  public static Tensor logProbabilities(Tensor logits, Tensor targets) {
    return crossEntropy(logits.to(DType.F32), targets, /* Reduction::None */ 0).negate();
  }

  private static Tensor crossEntropy(Tensor logits, Tensor targets, long reduction) {
    Tensor ids = targets.to(logits.device());
    return new Tensor(
        torch.cross_entropy_loss(
            logits.handle, ids.handle, new TensorOptional(), reduction, -100, 0.0));
  }
}

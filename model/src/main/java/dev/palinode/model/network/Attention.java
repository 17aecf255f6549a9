package dev.palinode.model.network;

import dev.palinode.tensor.Tensor;
import java.util.function.UnaryOperator;

/**
 * What queries look at: the sequence itself in training, the KV cache in decoding. The rest of the
 * network is the same for both.
 */
@FunctionalInterface
public interface Attention {
  /**
   * Attends in one layer.
   *
   * @param query {@code [batch, seq, heads, headDim]}, already turned by position
   * @param key {@code [batch, seq, kv heads, headDim]}, likewise
   * @param value {@code [batch, seq, kv heads, headDim]}
   * @return {@code [batch, seq, heads, headDim]}
   */
  Tensor attend(int layer, Tensor query, Tensor key, Tensor value);

  /**
   * Applies a function of single elements, which for this kind of attention may have to be done in
   * a certain way: processors compute the last elements of a thread's share by other instructions
   * than whole vectors of them, and may round them otherwise.
   *
   * @param x {@code [batch, seq, any]}
   */
  default Tensor elementwise(UnaryOperator<Tensor> function, Tensor x) {
    return function.apply(x);
  }
}

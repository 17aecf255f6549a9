package dev.palinode.model;

import dev.palinode.tensor.Tensor;

/**
 * What queries look at: the sequence itself in training, the KV cache in decoding. The rest of the
 * network is the same for both.
 */
@FunctionalInterface
interface Attention {
  /**
   * Attends in one layer.
   *
   * @param query {@code [batch, seq, heads, headDim]}, already turned by position
   * @param key {@code [batch, seq, kv heads, headDim]}, likewise
   * @param value {@code [batch, seq, kv heads, headDim]}
   * @return {@code [batch, seq, heads, headDim]}
   */
  Tensor attend(int layer, Tensor query, Tensor key, Tensor value);
}

package dev.palinode.model.network;

import dev.palinode.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A small change to a model that is kept apart from its weights and can be switched on and off.
 * {@link dev.palinode.model.lora} implements it.
 */
public interface Adapter {
  /**
   * The update that is added to the output of a linear layer.
   *
   * @param layer its name in the checkpoint without {@code .weight}, such as {@code
   *     model.layers.0.self_attn.q_proj}
   * @param x its input, {@code [..., in]}
   * @return {@code [..., out]}, or null if this adapter leaves the layer alone
   */
  @Nullable Tensor delta(String layer, Tensor x);

  /**
   * A snapshot of this adapter that later switching does not change. A forward pass uses it, so
   * that the backward pass recomputes the same values (gradient checkpointing).
   */
  default Adapter asNow() {
    return this;
  }

  /**
   * Embeddings {@code [batch, seq, hidden]} of ids {@code [batch, seq]} (I64): those of the model's
   * table, replaced where a token has a row in this adapter.
   */
  Tensor embeddings(Tensor ids, Tensor embedded);

  /**
   * Logits {@code [..., vocab]} after states {@code [..., hidden]}: those of the model's head,
   * replaced where a token has a row in this adapter.
   */
  Tensor logits(Tensor hidden, Tensor logits);
}

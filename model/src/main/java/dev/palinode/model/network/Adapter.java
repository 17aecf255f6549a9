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
   * Embeddings, with those of tokens that have a row in this adapter replaced.
   *
   * @param ids {@code [batch, seq]}, I64
   * @param embedded {@code [batch, seq, hidden]}, from the model's table
   * @return {@code [batch, seq, hidden]}
   */
  Tensor embeddings(Tensor ids, Tensor embedded);

  /**
   * Logits, with those of tokens that have a row in this adapter replaced.
   *
   * @param hidden {@code [..., hidden]}
   * @param logits {@code [..., vocab]}, from the model's head
   * @return {@code [..., vocab]}
   */
  Tensor logits(Tensor hidden, Tensor logits);
}

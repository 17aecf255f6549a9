package dev.palinode.model.network;

import dev.palinode.tensor.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * A small change to a model that is kept apart from its weights and can be switched on and off.
 * {@link dev.palinode.model.lora} has the kind that is used.
 */
public interface Adapter {
  /**
   * What is added to the output of a linear layer.
   *
   * @param layer its name in the checkpoint without {@code .weight}, such as {@code
   *     model.layers.0.self_attn.q_proj}
   * @param x its input, {@code [..., in]}
   * @return {@code [..., out]}, or null if this adapter leaves the layer alone
   */
  @Nullable Tensor delta(String layer, Tensor x);

  /**
   * What does as this adapter does now, whatever is switched on it later: a forward pass takes it,
   * so that what is computed again in the backward pass is the same.
   */
  default Adapter asNow() {
    return this;
  }

  /**
   * Embeddings, with those of tokens that have a row in this adapter replaced.
   *
   * @param ids {@code [batch, seq]}, I64
   * @param embedded {@code [batch, seq, hidden]}, what the model's table gives
   * @return {@code [batch, seq, hidden]}
   */
  Tensor embeddings(Tensor ids, Tensor embedded);

  /**
   * Logits, with those of tokens that have a row in this adapter replaced.
   *
   * @param hidden {@code [..., hidden]}
   * @param logits {@code [..., vocab]}, what the model's head gives
   * @return {@code [..., vocab]}
   */
  Tensor logits(Tensor hidden, Tensor logits);
}

/**
 * Decoder-only transformers: from a Hugging Face checkpoint to logits, for training and for
 * decoding with a KV cache, and back to a checkpoint.
 *
 * <p>{@link dev.palinode.model.Checkpoint} opens and writes folders, {@link
 * dev.palinode.model.Transformer} is the network, {@link dev.palinode.model.TransformerLm} shows it
 * to the decoding loop.
 */
@NullMarked
package dev.palinode.model;

import org.jspecify.annotations.NullMarked;

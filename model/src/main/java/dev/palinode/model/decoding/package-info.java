/**
 * A transformer as the decoding loop's {@link dev.palinode.decode.CausalLm}: the KV cache, the
 * batch of sequences, and the forward passes over them, ordinary and batch-invariant.
 */
@NullMarked
package dev.palinode.model.decoding;

import org.jspecify.annotations.NullMarked;

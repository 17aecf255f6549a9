/**
 * Token ids and what they mean: tokenizers in Hugging Face's format, incremental decoding, and the
 * {@link dev.palinode.token.Transcript}, the only place that knows what "discarded" means.
 */
@NullMarked
package dev.palinode.token;

import org.jspecify.annotations.NullMarked;

/**
 * Token ids: tokenizers in Hugging Face's format, incremental decoding, and the {@link
 * dev.palinode.token.Transcript}, which alone defines which tokens are visible and which discarded.
 */
@NullMarked
package dev.palinode.token;

import org.jspecify.annotations.NullMarked;

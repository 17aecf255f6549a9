/**
 * Sampling: chooses a request's next token id from the logits. Ids, plain arrays and numbers only:
 * nothing here depends on the decoding loop.
 */
@NullMarked
package dev.palinode.decode.sampling;

import org.jspecify.annotations.NullMarked;

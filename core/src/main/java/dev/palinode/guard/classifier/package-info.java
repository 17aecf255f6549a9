/**
 * Judgement by language models: classifiers that read a conversation and answer whether it is safe.
 *
 * <p>They run on any {@link dev.palinode.decode.CausalLm}. The judges and guards that need nothing
 * but text are in {@link dev.palinode.guard}.
 */
@NullMarked
package dev.palinode.guard.classifier;

import org.jspecify.annotations.NullMarked;

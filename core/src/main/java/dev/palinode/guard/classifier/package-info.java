/**
 * Judgement by language models: classifiers that read a conversation and answer whether it is safe.
 *
 * <p>{@link dev.palinode.guard.classifier.LlamaGuard} runs on any {@link
 * dev.palinode.decode.CausalLm} and reads probabilities; {@link
 * dev.palinode.guard.classifier.EndpointJudge} asks a model that is served elsewhere, and reads its
 * words. The judges and guards that need nothing but text are in {@link dev.palinode.guard}.
 */
@NullMarked
package dev.palinode.guard.classifier;

import org.jspecify.annotations.NullMarked;

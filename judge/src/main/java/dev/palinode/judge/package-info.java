/**
 * Judges: word lists, Llama Guard and instructed models, local or served. {@link
 * dev.palinode.judge.LlamaGuard} runs on any {@link dev.palinode.decode.CausalLm} and reads
 * probabilities; {@link dev.palinode.judge.EndpointJudge} asks a served model and parses its reply.
 * The interfaces are in {@link dev.palinode.guard}.
 */
@NullMarked
package dev.palinode.judge;

import org.jspecify.annotations.NullMarked;

package dev.palinode.training.objective;

import java.util.Arrays;
import org.apache.commons.lang3.Validate;

/**
 * A prompt with two answers to compare, in token ids.
 *
 * @param prompt the conversation up to and including the assistant's header; not empty
 * @param chosen the answer to prefer, end of turn included; not empty
 * @param rejected the other answer, end of turn included; empty if only the likelihood of {@code
 *     chosen} is trained
 * @param context number of first tokens of {@code chosen} without likelihood term, as the model
 *     must not learn to produce them: the withdrawn part; less than all
 */
@SuppressWarnings("ArrayRecordComponent") // ids are arrays everywhere; examples are never compared
public record TokenizedPair(int[] prompt, int[] chosen, int[] rejected, int context) {
  public TokenizedPair {
    Validate.isTrue(
        prompt.length > 0 && chosen.length > 0,
        "a pair needs a prompt and a chosen answer of some tokens");
    Validate.isTrue(
        context >= 0 && context < chosen.length,
        "context is %s tokens of a chosen answer of %s: expected 0 to all but one",
        context,
        chosen.length);
    prompt = prompt.clone();
    chosen = chosen.clone();
    rejected = rejected.clone();
  }

  /** A pair whose whole chosen answer is learnt. */
  public TokenizedPair(int[] prompt, int[] chosen, int[] rejected) {
    this(prompt, chosen, rejected, 0);
  }

  /** Tokens of the chosen answer that carry the likelihood term. */
  int learntTokens() {
    return chosen.length - context;
  }

  /** Whether there is a rejected answer. */
  public boolean hasRejected() {
    return rejected.length > 0;
  }

  /** Length of the common prefix of both answers. */
  int shared() {
    int shared = Arrays.mismatch(chosen, rejected);
    return shared < 0 ? chosen.length : shared;
  }

  /** Tokens that a model reads to score both answers; their common prefix counts once. */
  public int length() {
    int second = hasRejected() ? rejected.length - shared() : 0;
    return prompt.length + chosen.length + second;
  }
}

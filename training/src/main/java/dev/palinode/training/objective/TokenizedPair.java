package dev.palinode.training.objective;

import java.util.Arrays;

/**
 * A prompt with two answers to compare, in token ids.
 *
 * @param prompt the conversation up to and including the assistant's header; not empty
 * @param chosen the answer to prefer, end of turn included; not empty
 * @param rejected the other one, end of turn included; empty where there is nothing to compare, and
 *     the example teaches by the likelihood of {@code chosen} alone
 * @param context how many tokens at the beginning of {@code chosen} carry no likelihood term, as
 *     the model must not be taught to produce them: the part that is withdrawn; less than all
 */
@SuppressWarnings("ArrayRecordComponent") // ids are arrays everywhere; examples are never compared
public record TokenizedPair(int[] prompt, int[] chosen, int[] rejected, int context) {
  public TokenizedPair {
    if (prompt.length == 0 || chosen.length == 0) {
      throw new IllegalArgumentException(
          "a pair needs a prompt and a chosen answer of some tokens");
    }
    if (context < 0 || context >= chosen.length) {
      throw new IllegalArgumentException(
          "context is "
              + context
              + " tokens of a chosen answer of "
              + chosen.length
              + ": expected 0 to all but one");
    }
    prompt = prompt.clone();
    chosen = chosen.clone();
    rejected = rejected.clone();
  }

  /** A pair of which the whole chosen answer is to be learnt. */
  public TokenizedPair(int[] prompt, int[] chosen, int[] rejected) {
    this(prompt, chosen, rejected, 0);
  }

  /** Whether there is an answer to compare with. */
  public boolean hasRejected() {
    return rejected.length > 0;
  }

  /** How many tokens both answers begin with. */
  int shared() {
    int shared = Arrays.mismatch(chosen, rejected);
    return shared < 0 ? chosen.length : shared;
  }

  /** Tokens that a model reads to score both answers, what they share once. */
  public int length() {
    int second = hasRejected() ? rejected.length - shared() : 0;
    return prompt.length + chosen.length + second;
  }
}

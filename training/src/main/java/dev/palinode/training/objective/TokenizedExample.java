package dev.palinode.training.objective;

import org.apache.commons.lang3.Validate;

/**
 * One training example in token ids; the notation is that of the paper.
 *
 * @param prompt x: the conversation up to and including the assistant's header; not empty
 * @param safe y+: the answer to learn, end of turn included; not empty
 * @param unsafe y-: the unsafe answer, without end of turn; empty for utility data
 */
@SuppressWarnings("ArrayRecordComponent") // ids are arrays everywhere; examples are never compared
public record TokenizedExample(int[] prompt, int[] safe, int[] unsafe) {
  public TokenizedExample {
    Validate.isTrue(
        prompt.length > 0 && safe.length > 0,
        "an example needs a prompt and an answer of some tokens");
    prompt = prompt.clone();
    safe = safe.clone();
    unsafe = unsafe.clone();
  }

  /** Whether there is an unsafe answer. */
  public boolean hasUnsafe() {
    return unsafe.length > 0;
  }
}

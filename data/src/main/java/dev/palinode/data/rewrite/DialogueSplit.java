package dev.palinode.data.rewrite;

import dev.palinode.data.cache.ContentKey;
import dev.palinode.data.record.Conversation;

/**
 * Says which dialogues are kept for the test, by their content: the same dialogue is on the same
 * side wherever it is, and other dialogues do not matter. Thread-safe.
 *
 * @param testShare about this share is kept, 0 to 1
 * @param seed another seed splits otherwise
 */
public record DialogueSplit(double testShare, long seed) {
  public DialogueSplit {
    if (!(testShare >= 0 && testShare <= 1)) {
      throw new IllegalArgumentException("test share is %s: expected 0 to 1".formatted(testShare));
    }
  }

  /** Whether no sample may be made of that dialogue. */
  public boolean isTest(Conversation dialogue) {
    ContentKey key = ContentKey.builder().number(seed).messages(dialogue.messages()).build();
    return (key.high() >>> 11) * 0x1p-53 < testShare;
  }
}

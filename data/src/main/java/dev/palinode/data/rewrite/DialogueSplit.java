package dev.palinode.data.rewrite;

import dev.palinode.data.cache.ContentKey;
import dev.palinode.data.record.Conversation;

/**
 * Train-test split of dialogues by a hash of their content: a dialogue is always on the same side,
 * whatever the other dialogues are. Thread-safe.
 *
 * @param testShare approximate fraction of dialogues in the test split, 0 to 1
 * @param seed changes the split
 */
public record DialogueSplit(double testShare, long seed) {
  public DialogueSplit {
    if (!(testShare >= 0 && testShare <= 1)) {
      throw new IllegalArgumentException("test share is %s: expected 0 to 1".formatted(testShare));
    }
  }

  /** Whether the dialogue is in the test split, and must not be trained on. */
  public boolean isTest(Conversation dialogue) {
    ContentKey key = ContentKey.builder().number(seed).messages(dialogue.messages()).build();
    return (key.high() >>> 11) * 0x1p-53 < testShare;
  }
}

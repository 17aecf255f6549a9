package dev.palinode.data.replacement;

import dev.palinode.chat.Message;
import dev.palinode.data.Conversation;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Says which dialogues are kept for the test, by their content: the same dialogue is on the same
 * side wherever it stands, and other dialogues do not matter. Thread-safe.
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
    MessageDigest digest = sha256();
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(seed).flip());
    for (Message message : dialogue.messages()) {
      digest.update(message.content().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
      digest.update(message.role().templateName().getBytes(StandardCharsets.UTF_8));
      digest.update((byte) 0);
    }
    long drawn = ByteBuffer.wrap(digest.digest()).getLong() >>> 11;
    return drawn * 0x1p-53 < testShare;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

package dev.palinode.data.label;

import dev.palinode.chat.Message;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * What a label belongs to: the first 128 bits of a SHA-256 over the judge's identity, the
 * conversation and the answer, each with its length before it, so that nothing can move from one to
 * the next unnoticed. Among a thousand million labels, two that share a key by chance are less
 * likely than one in 10^20.
 *
 * @param high the first 64 bits
 * @param low the next 64 bits
 */
record LabelKey(long high, long low) {
  /** Hexadecimal digits of a key. */
  static final int DIGITS = 32;

  /**
   * The key of a question to a judge.
   *
   * @param judge all that verdicts hang on: kind, model, template, threshold
   */
  static LabelKey of(String judge, List<Message> prompt, String answer) {
    MessageDigest hash = sha256();
    add(hash, judge);
    hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(prompt.size()).flip());
    for (Message message : prompt) {
      add(hash, message.role().templateName());
      add(hash, message.content());
    }
    add(hash, answer);
    ByteBuffer digest = ByteBuffer.wrap(hash.digest());
    return new LabelKey(digest.getLong(), digest.getLong());
  }

  /** In UTF-16, as UTF-8 would make all halves of surrogate pairs the same. */
  private static void add(MessageDigest hash, String text) {
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + text.length() * Character.BYTES);
    bytes.putInt(text.length());
    bytes.asCharBuffer().put(text);
    hash.update(bytes.array());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  /**
   * The key that {@link #toString} gives.
   *
   * @throws IllegalArgumentException if it is none
   */
  static LabelKey parse(String hex) {
    if (hex.length() != DIGITS) {
      throw new IllegalArgumentException(hex.length() + " characters");
    }
    return new LabelKey(
        HexFormat.fromHexDigitsToLong(hex, 0, DIGITS / 2),
        HexFormat.fromHexDigitsToLong(hex, DIGITS / 2, DIGITS));
  }

  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }
}

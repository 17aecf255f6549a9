package dev.palinode.data.cache;

import dev.palinode.chat.Message;
import dev.palinode.io.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;

/**
 * What a value belongs to: the first 128 bits of a SHA-256 over all that the value depends on, each
 * text and list with its length before it, so that nothing can move from one to the next unnoticed.
 * Two among a thousand million values share a key by chance with odds of 1 in 10^20.
 *
 * @param high the first 64 bits
 * @param low the next 64 bits
 */
public record ContentKey(long high, long low) {
  /** Hexadecimal digits of a key. */
  public static final int DIGITS = 32;

  /** A key that is put together from its parts. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * The key that {@link #toString} gives.
   *
   * @throws IllegalArgumentException if it is not a key
   */
  public static ContentKey parse(String hex) {
    if (hex.length() != DIGITS) {
      throw new IllegalArgumentException(hex.length() + " characters");
    }
    return new ContentKey(
        HexFormat.fromHexDigitsToLong(hex, 0, DIGITS / 2),
        HexFormat.fromHexDigitsToLong(hex, DIGITS / 2, DIGITS));
  }

  /** Hexadecimal, {@link #DIGITS} long. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }

  /**
   * The parts of a key. Within a file, parts of the same kinds are to be given in the same order:
   * the kind of a part is not hashed. Not thread-safe.
   */
  public static final class Builder {
    private final MessageDigest hash = Sha256.digest();

    private Builder() {}

    /** Adds a text: in UTF-16, as UTF-8 would make all halves of surrogate pairs the same. */
    public Builder text(String text) {
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + text.length() * Character.BYTES);
      bytes.putInt(text.length());
      bytes.asCharBuffer().put(text);
      hash.update(bytes.array());
      return this;
    }

    /** Adds a number of 32 bits. */
    public Builder number(int number) {
      hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
      return this;
    }

    /** Adds a number of 64 bits. */
    public Builder number(long number) {
      hash.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
      return this;
    }

    /** Adds messages: how many, and the role and the text of each. */
    public Builder messages(List<Message> messages) {
      number(messages.size());
      for (Message message : messages) {
        text(message.role().templateName());
        text(message.content());
      }
      return this;
    }

    /** The key of all that was added; nothing can be added after it. */
    public ContentKey build() {
      ByteBuffer digest = ByteBuffer.wrap(hash.digest());
      return new ContentKey(digest.getLong(), digest.getLong());
    }
  }
}

package dev.palinode.data.cache;

import dev.palinode.chat.Message;
import dev.palinode.io.Sha256;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Cache key: the first 128 bits of a SHA-256 of everything that a value depends on. Each text and
 * list is preceded by its length, so that different parts cannot give the same bytes. The odds that
 * any two of 10^9 values have the same key by chance are 1 in 10^20.
 */
public record ContentKey(long high, long low) {
  /** Hexadecimal digits of a key. */
  public static final int DIGITS = 32;

  /**
   * Parses the output of {@link #toString}.
   *
   * @throws IllegalArgumentException if it is not a key
   */
  public static ContentKey parse(String hex) {
    Validate.isTrue(hex.length() == DIGITS, "%s characters", hex.length());
    return new ContentKey(
        HexFormat.fromHexDigitsToLong(hex, 0, DIGITS / 2),
        HexFormat.fromHexDigitsToLong(hex, DIGITS / 2, DIGITS));
  }

  /** {@link #DIGITS} hexadecimal digits. */
  @Override
  public String toString() {
    HexFormat hex = HexFormat.of();
    return hex.toHexDigits(high) + hex.toHexDigits(low);
  }

  /**
   * Hashes the parts of a key. All keys of a file must add the same kinds of parts in the same
   * order, because the kind of a part is not hashed. Not thread-safe.
   */
  public static final class Builder {
    private final MessageDigest hash = Sha256.digest();

    /** Adds a text, as UTF-16: encoding as UTF-8 would make all unpaired surrogates equal. */
    public Builder text(String text) {
      ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + text.length() * Character.BYTES);
      bytes.putInt(text.length());
      bytes.asCharBuffer().put(text);
      hash.update(bytes.array());
      return this;
    }

    /** Adds a 32-bit number. */
    public Builder number(int number) {
      hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
      return this;
    }

    /** Adds a 64-bit number. */
    public Builder number(long number) {
      hash.update(ByteBuffer.allocate(Long.BYTES).putLong(number).flip());
      return this;
    }

    /** Adds messages: their number, and the role and text of each. */
    public Builder messages(List<Message> messages) {
      number(messages.size());
      for (Message message : messages) {
        text(message.role().templateName());
        text(message.content());
      }
      return this;
    }

    /** The key of all parts; nothing can be added afterwards. */
    public ContentKey build() {
      ByteBuffer digest = ByteBuffer.wrap(hash.digest());
      return new ContentKey(digest.getLong(), digest.getLong());
    }
  }
}

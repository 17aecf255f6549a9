package dev.palinode.data.overlap;

import java.util.OptionalLong;

/**
 * Finds texts that say the same, word for word, as {@link Words} compares them, as they come by.
 *
 * <p>Texts are told apart by 128 bits that are no cryptographic hash: that any two of a billion
 * different texts share theirs has odds of 1 in 10<sup>21</sup>, unless somebody built them to.
 *
 * <p>Takes 50 to 100 bytes for each different text. Texts without any word are never duplicates of
 * each other. Not thread-safe; the words can be read elsewhere.
 */
public final class ExactDuplicates {
  private final FirstSeen seen = new FirstSeen();

  /**
   * Adds a text.
   *
   * @param position what the caller calls it, from 0
   * @return the position of the first text that says the same; empty if there was none, and this
   *     one is kept
   * @throws IllegalArgumentException if the position is negative
   */
  public OptionalLong add(long position, Words words) {
    requirePosition(position);
    if (words.count() == 0) {
      return OptionalLong.empty();
    }
    long first = seen.put(words.high(), words.low(), position);
    return first == FirstSeen.NEW ? OptionalLong.empty() : OptionalLong.of(first);
  }

  /** As above, for a text. */
  public OptionalLong add(long position, String text) {
    return add(position, Words.of(text));
  }

  static void requirePosition(long position) {
    if (position < 0) {
      throw new IllegalArgumentException("position is " + position + ": expected 0 or more");
    }
  }
}

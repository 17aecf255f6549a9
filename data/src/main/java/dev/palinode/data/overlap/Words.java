package dev.palinode.data.overlap;

import java.util.Arrays;
import java.util.Locale;

/**
 * The words of a text, as hashes: what counts as the same text in this package.
 *
 * <ul>
 *   <li>A word is a run of letters and digits, with the marks that belong to them. Everything else
 *       ends a word, and is not compared: white space, punctuation, symbols.
 *   <li>Case does not count, nor does compatibility: NFKD, by way of upper case, so that full-width
 *       letters, ligatures, composed against decomposed accents, and sharp s against {@code ss} are
 *       the same. Accents do count. (The folding is that of the guards' word lists.)
 *   <li>Characters that are not seen (soft hyphens, zero-width characters, variation selectors) are
 *       left out, and join what stands around them.
 *   <li>In scripts without spaces between words (Han, kana, Thai, Lao, Khmer, Burmese) every
 *       character is a word.
 * </ul>
 *
 * <p>Folding looks at pieces between ASCII characters that are no letter or digit; nothing reaches
 * across them.
 *
 * <p>A word is 64 bits; words of up to 8 ASCII characters never share them. Costs eight bytes a
 * word. Immutable, for any thread.
 */
public final class Words {
  private final long[] hashes;
  private final int count;
  private final long high;
  private final long low;

  /** Takes the array, whose first items are the words. */
  Words(long[] hashes, int count) {
    this.hashes = hashes;
    this.count = count;
    long first = 0;
    long second = 0;
    for (int i = 0; i < count; i++) {
      first = Hashing.append(first, hashes[i]);
      second = Hashing.appendOtherwise(second, hashes[i]);
    }
    this.high = Hashing.mix(first + count);
    this.low = Hashing.mix(second + count);
  }

  /** Reads a text. */
  public static Words of(String text) {
    return new WordReader(text).read();
  }

  /** How many words the text has; 0 for a text without letters and digits. */
  public int count() {
    return count;
  }

  /** Whether both texts have the same words in the same order, but for hash collisions. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Words that
        && count == that.count
        && high == that.high
        && low == that.low
        && Arrays.equals(hashes, 0, count, that.hashes, 0, count);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(high);
  }

  /** The words as numbers, for messages: the words themselves are not kept. */
  @Override
  public String toString() {
    return count + String.format(Locale.ROOT, " words, hash %016x%016x", high, low);
  }

  /** The hashes of the words, and room behind them; not to be changed. */
  long[] hashes() {
    return hashes;
  }

  /** The hash of a word. */
  long word(int index) {
    return hashes[index];
  }

  /** The upper half of the hash of all words in their order. */
  long high() {
    return high;
  }

  /** The lower half. */
  long low() {
    return low;
  }

  /** The hash of a run of words: that of a text which has these words only. */
  long run(int from, int length) {
    long hash = 0;
    for (int i = from; i < from + length; i++) {
      hash = Hashing.append(hash, hashes[i]);
    }
    return Hashing.mix(hash + length);
  }
}

package dev.palinode.data.dedup;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.palinode.text.Folding;
import java.nio.ByteBuffer;
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
 *   <li>Invisible characters (soft hyphens, zero-width characters, variation selectors) are left
 *       out, and join what is around them.
 *   <li>In scripts without spaces between words (Han, kana, Thai, Lao, Khmer, Burmese) every
 *       character is a word.
 * </ul>
 *
 * <p>Each word is hashed to 64 bits, 8 bytes of memory, and so is each run of words (Komihash).
 * These hashes do not resist collisions that somebody constructs. Immutable, for any thread.
 */
public final class Words {
  /** Fingerprint files contain what it gives: another one needs another version of these. */
  private static final Hasher64 HASHER = Hashing.komihash5_0();

  private final byte[] hashes; // eight bytes for each word

  private Words(byte[] hashes) {
    this.hashes = hashes;
  }

  /** Reads a text: in pieces between the most common separators. */
  public static Words of(String text) {
    Collector words = new Collector(text.length() / 4 + 1);
    int end;
    for (int start = 0; start < text.length(); start = end + 1) {
      int bits = 0;
      for (end = start; end < text.length() && !isSeparator(text.charAt(end)); end++) {
        bits |= text.charAt(end);
      }
      String piece = text.substring(start, end);
      if (bits < 0x80) {
        words.add(piece.toLowerCase(Locale.ROOT));
      } else {
        words.addAll(Folding.fold(piece));
      }
    }
    return new Words(words.hashes());
  }

  /** ASCII, dashes, quotation marks, bullets and dots: nothing is folded across them. */
  private static boolean isSeparator(char each) {
    return each < 0x80 ? !Character.isLetterOrDigit(each) : each >= '\u2010' && each <= '\u2027';
  }

  /** How many words the text has; 0 for a text without letters and digits. */
  public int count() {
    return hashes.length / Long.BYTES;
  }

  /** Whether both texts have the same words in the same order, but for hash collisions. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Words that && Arrays.equals(hashes, that.hashes);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(all());
  }

  /** Number and hash, for messages: the words themselves are not kept. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%d words, hash %016x", count(), all());
  }

  /** The hash of all words in their order. */
  long all() {
    return run(0, count());
  }

  /** The hash of a run of words: that of a text which has only these words. */
  long run(int from, int length) {
    return HASHER.hashBytesToLong(hashes, Long.BYTES * from, Long.BYTES * length);
  }

  /** The hashes of all runs of some words, from the first to the last. */
  long[] runs(int length) {
    long[] runs = new long[Math.max(0, count() - length + 1)];
    Arrays.setAll(runs, from -> run(from, length));
    return runs;
  }

  /** Cuts folded text into words, and hashes them. */
  private static final class Collector {
    private ByteBuffer hashes;

    Collector(int words) {
      hashes = ByteBuffer.allocate(Long.BYTES * words);
    }

    void addAll(String folded) {
      StringBuilder word = new StringBuilder();
      for (int character : folded.codePoints().toArray()) {
        boolean isMark = Folding.isMark(character) && !word.isEmpty();
        boolean isLetter = Character.isLetterOrDigit(character);
        if (!isMark && (!isLetter || Folding.isUnspaced(character) || isUnspaced(word))) {
          add(word);
          word.setLength(0);
        }
        if (isMark || isLetter) {
          word.appendCodePoint(character);
        }
      }
      add(word);
    }

    private static boolean isUnspaced(StringBuilder word) {
      return !word.isEmpty() && Folding.isUnspaced(word.codePointAt(0));
    }

    void add(CharSequence word) {
      if (word.isEmpty()) {
        return;
      }
      if (!hashes.hasRemaining()) {
        hashes = ByteBuffer.allocate(2 * hashes.capacity()).put(hashes.flip());
      }
      hashes.putLong(HASHER.hashCharsToLong(word));
    }

    byte[] hashes() {
      return Arrays.copyOf(hashes.array(), hashes.position());
    }
  }
}

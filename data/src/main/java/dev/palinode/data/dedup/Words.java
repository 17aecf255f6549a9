package dev.palinode.data.dedup;

import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import dev.palinode.text.Folding;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * The words of a text as hashes. In this package texts with equal words are the same.
 *
 * <ul>
 *   <li>A word is a run of letters and digits with their combining marks. Everything else (white
 *       space, punctuation, symbols) ends a word and is not compared.
 *   <li>Case and compatibility forms are folded (NFKD, and case by way of upper case): full-width
 *       letters, ligatures, composed and decomposed accents, and sharp s and {@code ss} are equal.
 *       Accents are kept. (The guards' word lists use the same folding.)
 *   <li>Invisible characters (soft hyphens, zero-width characters, variation selectors) are
 *       removed, and do not end a word.
 *   <li>In scripts without spaces between words (Han, kana, Thai, Lao, Khmer, Burmese) each
 *       character is a word.
 * </ul>
 *
 * <p>Words and n-grams are hashed to 64 bits (Komihash); memory is 8 bytes per word. The hashes do
 * not resist constructed collisions. Immutable and thread-safe.
 */
public final class Words {
  /** The shipped fingerprints contain its hashes: another hasher needs another file. */
  private static final Hasher64 HASHER = Hashing.komihash5_0();

  private final byte[] hashes; // eight bytes for each word

  private Words(byte[] hashes) {
    this.hashes = hashes;
  }

  /** Splits a text into words. */
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

  /** Whether a character is one of the common separators, across which nothing is folded. */
  private static boolean isSeparator(char each) {
    return each < 0x80 ? !Character.isLetterOrDigit(each) : each >= '\u2010' && each <= '\u2027';
  }

  /** Number of words; 0 for a text without letters and digits. */
  public int count() {
    return hashes.length / Long.BYTES;
  }

  /** Whether both texts have the same words in the same order, except for hash collisions. */
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

  /** The hash of all words in order. */
  long all() {
    return run(0, count());
  }

  /** The hash of an n-gram; equals {@link #all} of a text with only these words. */
  long run(int from, int length) {
    return HASHER.hashBytesToLong(hashes, Long.BYTES * from, Long.BYTES * length);
  }

  /** The hashes of all n-grams of a length, in order. */
  long[] runs(int length) {
    long[] runs = new long[Math.max(0, count() - length + 1)];
    Arrays.setAll(runs, from -> run(from, length));
    return runs;
  }

  /** Splits folded text into words, and hashes them. */
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

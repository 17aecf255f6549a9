package dev.palinode.data.overlap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One pass over the UTF-8 bytes of a text, eight at a time, which cuts it into words and hashes
 * them. Eight ASCII bytes are told apart, lower-cased and hashed as one number; a piece with other
 * characters goes to {@link FoldedPiece}.
 */
final class WordReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long CASE_BITS = 0x20 * EACH;
  private static final long SEED = 0x2545F4914F6CDD1DL;
  private static final long OTHER = 0xD6E8FEB86659FD93L;

  private final byte[] text;
  private long[] words;
  private int count;
  private long high;
  private long low;

  // the word that is being read
  private long hash = SEED;
  private long otherHash = SEED;
  private int wordStart = -1; // -1 between words

  WordReader(String text) {
    this.text = text.getBytes(StandardCharsets.UTF_8);
    words = new long[this.text.length / 5 + 8];
  }

  Words read() {
    int at = 0;
    while (at < text.length) {
      at = readEight(at);
    }
    endWord();
    return new Words(words, count, Hashing.mix(high + count), Hashing.mix(low ^ count));
  }

  /** Reads up to the next word, or eight bytes of a word; returns where to go on. */
  private int readEight(int at) {
    long eight = eightBytes(at);
    long inWord = lettersAndDigits(eight);
    int length = Long.numberOfTrailingZeros(~inWord & HIGH_BITS) >>> 3; // of the word in here
    if (length > 0) {
      int unused = 64 - 8 * length;
      add((eight | CASE_BITS) << unused >>> unused, at);
    }
    if (length == 8) {
      return at + 8;
    }
    int end = at + length;
    long behind = eight >>> (8 * length);
    if ((behind & 0x80) != 0 && !isSeparator(behind)) {
      return readPiece(end);
    }
    endWord();
    if ((behind & 0x80) != 0) {
      return end + 3;
    }
    long next = (inWord | (eight & HIGH_BITS)) & (~0xFFL << (8 * length));
    return at + (Long.numberOfTrailingZeros(next) >>> 3);
  }

  /** From a character beyond ASCII: the piece around it, up to the next ASCII separator. */
  private int readPiece(int at) {
    int start = wordStart < 0 ? at : wordStart;
    int end = at;
    while (end < text.length && (text[end] < 0 || isWordByte(text[end]))) {
      end++;
    }
    forgetWord();
    FoldedPiece.of(new String(text, start, end - start, StandardCharsets.UTF_8)).giveTo(this);
    return end;
  }

  /** Takes a whole word of a folded piece, in UTF-8. */
  void addWord(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at += 8) {
      long eight = 0;
      for (int i = Math.min(at + 8, to) - 1; i >= at; i--) {
        eight = (eight << 8) | (bytes[i] & 0xFF);
      }
      add(eight, from);
    }
    endWord();
  }

  private void add(long eight, int at) {
    if (wordStart < 0) {
      wordStart = at;
    }
    hash = (hash ^ eight) * Hashing.GOLDEN;
    hash ^= hash >>> 32;
    otherHash = (otherHash + eight) * OTHER;
    otherHash ^= otherHash >>> 29;
  }

  private void endWord() {
    if (wordStart < 0) {
      return;
    }
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    long word = Hashing.mix(hash);
    words[count++] = word;
    high = Hashing.append(high, word);
    low = Hashing.append(low, otherHash * Hashing.GOLDEN);
    forgetWord();
  }

  private void forgetWord() {
    hash = SEED;
    otherHash = SEED;
    wordStart = -1;
  }

  /** Little-endian, with zeros behind the end. */
  private long eightBytes(int at) {
    if (at + 8 <= text.length) {
      return (long) LONGS.get(text, at);
    }
    long eight = 0;
    for (int i = text.length - 1; i >= at; i--) {
      eight = (eight << 8) | (text[i] & 0xFF);
    }
    return eight;
  }

  /** The high bit of each byte that is an ASCII letter or digit; the other bits are 0. */
  private static long lettersAndDigits(long eight) {
    long ascii = eight & ~HIGH_BITS;
    long lower = ascii | CASE_BITS;
    // No carry between bytes: each is below 0x80, as is what is added.
    long letters = (lower + (0x80 - 'a') * EACH) & ~(lower + (0x7F - 'z') * EACH);
    long digits = (ascii + (0x80 - '0') * EACH) & ~(ascii + (0x7F - '9') * EACH);
    return (letters | digits) & ~eight & HIGH_BITS;
  }

  private static boolean isWordByte(byte b) {
    return (b >= '0' && b <= '9') || ((b | 0x20) >= 'a' && (b | 0x20) <= 'z');
  }

  /** Dashes, quotation marks, bullets and dots, U+2010 to U+2027: the commonest beyond ASCII. */
  private static boolean isSeparator(long bytes) {
    return (bytes & 0xFFFF) == 0x80E2
        && ((bytes >>> 16) & 0xFF) >= 0x90
        && ((bytes >>> 16) & 0xFF) <= 0xA7;
  }
}

package dev.palinode.data.overlap;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One pass over the UTF-8 bytes of a text, which cuts it into words and hashes them.
 *
 * <p>Bytes are told apart eight at a time, within a {@code long}, and 64 of them become the bits of
 * another: 1 within a piece of letters, digits and whatever is not ASCII, 0 between pieces. Where
 * bits change, a piece begins or ends; so there is one loop turn for a piece and not one for a
 * byte, and little that a processor could guess wrongly. A piece of ASCII is a word, lower-cased
 * and hashed eight bytes at a time. Others are folded character by character, or by {@link
 * FoldedPiece}.
 */
final class WordReader {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int BLOCK = 64;
  private static final long EACH = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long GATHER = 0x0102040810204080L; // the lowest bits of bytes to the top
  private static final long CASE_BITS = 0x20 * EACH;
  private static final long SEED = 0x2545F4914F6CDD1DL;

  private final byte[] text; // zeros behind the end, up to a whole block and eight bytes
  private final int length;
  private long[] words;
  private int count;

  WordReader(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    length = bytes.length;
    this.text = Arrays.copyOf(bytes, (length + BLOCK) / BLOCK * BLOCK + Long.BYTES);
    words = new long[length / 4 + 8];
  }

  Words read() {
    int start = -1; // of a piece that has not ended
    long last = 0;
    for (int block = 0; block <= length; block += BLOCK) {
      long inPiece = piecesOf(block);
      long turns = inPiece ^ ((inPiece << 1) | last);
      last = inPiece >>> (BLOCK - 1);
      for (; turns != 0; turns &= turns - 1) {
        int at = block + Long.numberOfTrailingZeros(turns);
        if (start < 0) {
          start = at;
        } else {
          addPiece(start, at);
          start = -1;
        }
      }
    }
    return new Words(words, count);
  }

  /** A bit for each of 64 bytes, the first in the lowest: whether it belongs to a piece. */
  private long piecesOf(int block) {
    long bits = 0;
    for (int at = block + BLOCK - 8; at >= block; at -= 8) {
      bits = (bits << 8) | ((inPiece((long) LONGS.get(text, at)) * GATHER) >>> 56);
    }
    return bits;
  }

  /** 1 for each of eight bytes that is an ASCII letter or digit, or not ASCII. */
  private static long inPiece(long eight) {
    long ascii = eight & ~HIGH_BITS;
    long lower = ascii | CASE_BITS;
    // No carry between bytes: each is below 0x80, and so is what is added.
    long letters = (lower + (0x80 - 'a') * EACH) & ~(lower + (0x7F - 'z') * EACH);
    long digits = (ascii + (0x80 - '0') * EACH) & ~(ascii + (0x7F - '9') * EACH);
    return ((letters | digits | eight) & HIGH_BITS) >>> 7;
  }

  private void addPiece(int start, int end) {
    long hash = SEED;
    long all = 0;
    int at = start;
    for (; at + 8 < end; at += 8) {
      long eight = (long) LONGS.get(text, at);
      all |= eight;
      hash = append(hash, eight | CASE_BITS);
    }
    int unused = 64 - 8 * (end - at);
    long eight = (long) LONGS.get(text, at) << unused >>> unused;
    if (((all | eight) & HIGH_BITS) == 0) {
      addWord(append(hash, eight | (CASE_BITS << unused >>> unused)));
    } else {
      addFolded(start, end);
    }
  }

  /** A piece with other characters, cut where the commonest of them separate words. */
  private void addFolded(int start, int end) {
    int from = start;
    for (int at = start; at < end; at++) {
      if (isSeparator(at)) {
        addUnlessEmpty(from, at);
        from = at + 3;
        at += 2;
      }
    }
    if (from > start) {
      addUnlessEmpty(from, end);
    } else if (!foldsByCharacter(start, end)) {
      FoldedPiece.of(new String(text, start, end - start, StandardCharsets.UTF_8)).giveTo(this);
    } else {
      addByCharacter(start, end);
    }
  }

  private boolean foldsByCharacter(int start, int end) {
    for (int at = start; at < end; at += bytesAt(at)) {
      int character = characterAt(at);
      if (FoldedCharacters.of(character) == null && !FoldedCharacters.isHan(character)) {
        return false;
      }
    }
    return true;
  }

  private void addByCharacter(int start, int end) {
    ByteArrayOutputStream word = new ByteArrayOutputStream(2 * (end - start));
    for (int at = start; at < end; at += bytesAt(at)) {
      int character = characterAt(at);
      byte[] folded = FoldedCharacters.of(character);
      if (folded == null || FoldedCharacters.isAlone(character)) {
        addIfAny(word);
        addWord(folded == null ? Arrays.copyOfRange(text, at, at + bytesAt(at)) : folded);
      } else {
        word.writeBytes(folded);
      }
    }
    addIfAny(word);
  }

  private void addIfAny(ByteArrayOutputStream word) {
    if (word.size() > 0) {
      addWord(word.toByteArray());
      word.reset();
    }
  }

  /** Bytes of the character that begins here: the text is well-formed, as it comes of a String. */
  private int bytesAt(int at) {
    return text[at] >= 0 ? 1 : text[at] < (byte) 0xE0 ? 2 : text[at] < (byte) 0xF0 ? 3 : 4;
  }

  /** A character of up to three bytes; for longer ones, whatever is no letter. */
  private int characterAt(int at) {
    return switch (bytesAt(at)) {
      case 1 -> text[at];
      case 2 -> ((text[at] & 0x1F) << 6) | (text[at + 1] & 0x3F);
      case 3 -> ((text[at] & 0x0F) << 12) | ((text[at + 1] & 0x3F) << 6) | (text[at + 2] & 0x3F);
      default -> Character.MAX_CODE_POINT;
    };
  }

  private void addUnlessEmpty(int start, int end) {
    if (start < end) {
      addPiece(start, end);
    }
  }

  /** Dashes, quotation marks, bullets and dots, U+2010 to U+2027. */
  private boolean isSeparator(int at) {
    return text[at] == (byte) 0xE2
        && text[at + 1] == (byte) 0x80
        && text[at + 2] >= (byte) 0x90
        && text[at + 2] <= (byte) 0xA7;
  }

  /** Takes a word of a folded piece, in UTF-8. */
  void addWord(byte[] word) {
    byte[] padded = Arrays.copyOf(word, (word.length + 7) / 8 * 8);
    long hash = SEED;
    for (int at = 0; at < padded.length; at += 8) {
      hash = append(hash, (long) LONGS.get(padded, at));
    }
    addWord(hash);
  }

  private void addWord(long hash) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = Hashing.mix(hash);
  }

  /** Different words of up to eight bytes keep different hashes. */
  private static long append(long hash, long eight) {
    long product = (hash ^ eight) * Hashing.GOLDEN;
    return product ^ (product >>> 32);
  }
}

package dev.palinode.token;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.BitSet;
import java.util.Deque;
import java.util.List;
import org.apache.commons.lang3.Validate;

/**
 * Validates the {@code precompiled_charsmap} of a SentencePiece tokenizer: four bytes with the size
 * of a double-array trie, the trie, and the texts that its leaves point to, each ended by a zero
 * byte. The native library follows its offsets without bounds checks.
 */
final class CharacterMap {
  private static final String DAMAGED = "Precompiled: the precompiled_charsmap is damaged: ";
  private static final int MAX_REPLACEMENT = 256;

  private final int[] trie; // units of 32 bits
  private final byte[] texts;

  /**
   * @param base64 as in {@code tokenizer.json}
   * @throws IllegalArgumentException if it is malformed
   */
  CharacterMap(String base64) {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(DAMAGED + "it is not Base64", e);
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long size = bytes.length < 4 ? -1 : Integer.toUnsignedLong(buffer.getInt());
    require(
        size >= 4 && size % 4 == 0 && size <= bytes.length - 4,
        "the size of its trie does not fit its bytes");
    trie = new int[(int) size / 4];
    buffer.asIntBuffer().get(trie);
    buffer.position(4 + (int) size);
    texts = new byte[buffer.remaining()];
    buffer.get(texts);
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(texts));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(DAMAGED + "its texts are not UTF-8", e);
    }
    follow();
  }

  /** Visits every node that any text could reach. */
  private void follow() {
    BitSet seen = new BitSet(trie.length);
    Deque<Integer> open = new ArrayDeque<>(List.of(offset(trie[0])));
    while (!open.isEmpty()) {
      int place = open.pop();
      unit(place);
      for (int label = 1; label < 0x100 && !seen.get(place); label++) {
        int unit = unit(place ^ label);
        if ((unit & 0x800000ff) == label) {
          int next = place ^ label ^ offset(unit);
          if ((unit & 0x100) != 0) {
            checkText(unit(next) & 0x7fffffff);
          }
          open.push(next);
        }
      }
      seen.set(place);
    }
  }

  private static int offset(int unit) {
    return (unit >>> 10) << ((unit & 0x200) >>> 6);
  }

  private int unit(int place) {
    require(place >= 0 && place < trie.length, "its trie leads out of its units");
    return trie[place];
  }

  private void checkText(int start) {
    boolean isInside = start < texts.length && (texts[start] & 0xc0) != 0x80;
    int end = start;
    while (isInside && end < texts.length && texts[end] != 0 && end - start <= MAX_REPLACEMENT) {
      end++;
    }
    require(
        isInside && end - start <= MAX_REPLACEMENT,
        "it points to no text of " + MAX_REPLACEMENT + " bytes at most");
  }

  private static void require(boolean holds, String problem) {
    Validate.isTrue(holds, DAMAGED + problem);
  }
}

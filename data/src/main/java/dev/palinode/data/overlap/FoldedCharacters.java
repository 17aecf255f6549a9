package dev.palinode.data.overlap;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What characters fold to that fold by themselves, whatever stands beside them: letters and digits
 * up to U+30FF (Latin, Greek, Cyrillic, kana and others) and Han. Marks and what is not seen are
 * not here, nor is what a mark may follow and change: pieces with any of these go to {@link
 * FoldedPiece}, which makes this table, too.
 */
final class FoldedCharacters {
  private static final int END = 0x3100;
  private static final byte[] @Nullable [] FOLDED = new byte[END][];
  private static final boolean[] ALONE = new boolean[END];

  static {
    for (int character = 0; character < END; character++) {
      if (Character.isLetterOrDigit(character)) {
        FoldedPiece folded = FoldedPiece.of(Character.toString(character));
        if (folded.isOneWord()) {
          FOLDED[character] = folded.toString().getBytes(StandardCharsets.UTF_8);
          ALONE[character] = folded.isUnspaced();
        }
      }
    }
  }

  private FoldedCharacters() {}

  /** The folded character in UTF-8, not to be changed; null if it has to be seen in its piece. */
  static byte @Nullable [] of(int character) {
    return character < END ? FOLDED[character] : null;
  }

  /** Whether a character of this table is a word by itself. */
  static boolean isAlone(int character) {
    return ALONE[character];
  }

  /** Han that folds to itself, and is a word by itself. */
  static boolean isHan(int character) {
    return character >= 0x4E00 && character <= 0x9FEF; // behind it, newer Unicode has more
  }
}

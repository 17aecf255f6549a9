package dev.palinode.pii.ner;

import java.util.ArrayList;
import java.util.List;

/**
 * A part of a text that is analysed alone: a line, or a part of a long one. Blanks of every kind
 * are replaced by spaces, for the tokenizer.
 *
 * @param start its offset in the text
 * @param text as long as in the original
 */
record TextPiece(int start, String text) {
  /** Longer words are skipped, as the tokenizer's patterns might take forever on them. */
  static final int LONGEST_WORD = 100;

  /** A longer line is split after a word. */
  static final int LONGEST_PIECE = 4000;

  static List<TextPiece> of(String text) {
    List<TextPiece> pieces = new ArrayList<>();
    int start = 0;
    int word = 0; // start of the current word
    for (int i = 0; i <= text.length(); i++) {
      boolean isLineEnd = i == text.length() || isLineEnd(text.charAt(i));
      if (!isLineEnd && !isBlank(text.charAt(i))) {
        continue;
      }
      boolean isTooLong = i - word > LONGEST_WORD;
      if (isTooLong || isLineEnd || i - start > LONGEST_PIECE) {
        add(pieces, text, start, isTooLong ? word : i);
        start = i;
      }
      word = i + 1;
    }
    return pieces;
  }

  private static void add(List<TextPiece> pieces, String text, int start, int end) {
    StringBuilder plain = new StringBuilder(end - start);
    for (int i = start; i < end; i++) {
      plain.append(isBlank(text.charAt(i)) ? ' ' : text.charAt(i));
    }
    if (!plain.toString().isBlank()) {
      pieces.add(new TextPiece(start, plain.toString()));
    }
  }

  private static boolean isLineEnd(char c) {
    return "\n\r\u000B\f\u0085\u2028\u2029".indexOf(c) >= 0;
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || Character.isISOControl(c);
  }
}

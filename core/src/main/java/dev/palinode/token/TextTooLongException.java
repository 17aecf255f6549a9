package dev.palinode.token;

import java.util.Locale;

/** A text is too long to be encoded at once, and cannot be cut without changing its ids. */
public final class TextTooLongException extends IllegalArgumentException {
  TextTooLongException(int length, int start) {
    super(
        String.format(
            Locale.ROOT,
            ("a text of %,d characters cannot be encoded: from character %,d on, the next %,d hold"
                + " no place at which it could be cut without changing its tokens (a space or line"
                + " break after a word); at most that many are encoded in one piece"),
            length,
            start + 1,
            TextCuts.LONGEST_PIECE));
  }
}

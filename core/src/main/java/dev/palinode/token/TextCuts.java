package dev.palinode.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Cuts a long text into pieces whose concatenated ids are those of the whole.
 *
 * <p>The native library ends the process when a regular expression takes too many steps, so it gets
 * pieces of at most {@link #LONGEST_PIECE} characters. A text is cut before a space or a line break
 * that follows a letter, a digit or an ASCII sign: there, nearly all tokenizers begin a word. Each
 * cut is tested: the {@value #WINDOW} characters on each side must have the same ids together and
 * apart, with the space or without it, because some tokenizers add one before each text. Immutable.
 *
 * @param encoder of short texts
 */
record TextCuts(Function<String, int[]> encoder) {
  /** The most characters given to the native library at once. */
  static final int LONGEST_PIECE = 1 << 17;

  private static final int WINDOW = 256;

  /** If this many places fail, the others would too, and trying them all would take seconds. */
  private static final int MAX_TRIES = 1000;

  /**
   * The pieces of a text, in order.
   *
   * @throws TextTooLongException if there is no place to cut in {@value #LONGEST_PIECE} characters
   */
  List<String> pieces(String text) {
    return pieces(text, LONGEST_PIECE);
  }

  List<String> pieces(String text, int longest) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    while (text.length() - start > longest) {
      int end = start + longest;
      int next = -1;
      for (int tries = 0; next < 0 && tries < MAX_TRIES; end--) {
        if (end == start) {
          throw new TextTooLongException(text.length(), start);
        } else if (isCandidate(text, end)) {
          next = next(text, end);
          tries++;
        }
      }
      if (next < 0) {
        throw new TextTooLongException(text.length(), start);
      }
      pieces.add(text.substring(start, end + 1));
      start = next;
    }
    pieces.add(text.substring(start));
    return pieces;
  }

  private static boolean isCandidate(String text, int at) {
    char before = text.charAt(at - 1);
    return (text.charAt(at) == ' ' || text.charAt(at) == '\n')
        && (Character.isLetterOrDigit(before) || (before > ' ' && before < 0x7f));
  }

  /** The start of the next piece if the text is cut at this offset; -1 if ids would change. */
  private int next(String text, int at) {
    String before = text.substring(Math.max(0, at - WINDOW), at);
    String after = text.substring(at, Math.min(text.length(), at + WINDOW));
    int[] whole = encoder.apply(before + after);
    for (int dropped = 0; dropped <= 1; dropped++) {
      IntStream apart =
          IntStream.concat(
              IntStream.of(encoder.apply(before)),
              IntStream.of(encoder.apply(after.substring(dropped))));
      if (Arrays.equals(whole, apart.toArray())) {
        return at + dropped;
      }
    }
    return -1;
  }
}

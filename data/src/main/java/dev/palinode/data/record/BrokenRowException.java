package dev.palinode.data.record;

import org.jspecify.annotations.Nullable;

/**
 * One row of a data file that is not what it should be, while those after it can still be read.
 *
 * <p>A reader that throws one has passed the row: a caller that tolerates broken rows catches it,
 * puts it aside and goes on.
 */
public final class BrokenRowException extends DataException {
  private static final long serialVersionUID = 1L;

  /** Characters of a row that are kept: enough to find it and see what is wrong. */
  public static final int KEPT_CHARACTERS = 4096;

  private final String text;

  /**
   * @param place where the row is, or begins
   * @param problem what is wrong, and what was expected
   * @param text the row as far as it can be shown; only its beginning is kept
   */
  public BrokenRowException(
      SourceLocation place, String problem, String text, @Nullable Throwable cause) {
    super(place, problem, cause);
    this.text = text.length() <= KEPT_CHARACTERS ? text : cut(text);
  }

  /** The beginning of the row; bytes that are not UTF-8 are shown as the replacement character. */
  public String text() {
    return text;
  }

  private static String cut(String text) {
    boolean inPair = Character.isHighSurrogate(text.charAt(KEPT_CHARACTERS - 1));
    return text.substring(0, KEPT_CHARACTERS - (inPair ? 1 : 0));
  }
}

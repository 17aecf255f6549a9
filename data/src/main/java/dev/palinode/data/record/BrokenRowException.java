package dev.palinode.data.record;

import org.jspecify.annotations.Nullable;

/**
 * An invalid row of a data file; the rows after it can still be read.
 *
 * <p>A reader that throws it has moved past the row: a caller that tolerates broken rows catches it
 * and continues.
 */
public final class BrokenRowException extends DataException {
  private static final long serialVersionUID = 1L;

  /** Maximum number of characters of a row that are kept. */
  public static final int KEPT_CHARACTERS = 4096;

  private final String text;

  /**
   * @param text the row's text; only its beginning is kept
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

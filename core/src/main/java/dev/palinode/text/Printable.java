package dev.palinode.text;

import java.util.Locale;

/**
 * Text that comes from a file, made fit for a message: what would move a terminal's cursor, hide or
 * turn around other text is escaped, and what is endless is cut.
 */
public final class Printable {
  private static final int MAX_CHARACTERS = 200;

  private Printable() {}

  /** The text in quotation marks. */
  public static String quote(String text) {
    return '"' + escape(text) + '"';
  }

  /** The text without quotation marks: for messages of others that may hold foreign text. */
  public static String escape(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(MAX_CHARACTERS).forEach(each -> append(shown, each));
    if (text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
      shown.append("...");
    }
    return shown.toString();
  }

  /**
   * The text with its line breaks and tabs and in its full length: for whole messages and reports.
   */
  public static String lines(String text) {
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints()
        .forEach(
            each -> {
              if (each == '\n' || each == '\t') {
                shown.appendCodePoint(each);
              } else {
                append(shown, each);
              }
            });
    return shown.toString();
  }

  private static void append(StringBuilder shown, int codePoint) {
    switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          shown.append(String.format(Locale.ROOT, "\\u%04x", codePoint));
      default -> shown.appendCodePoint(codePoint);
    }
  }
}

package dev.palinode.text;

import java.util.Locale;

/**
 * Escapes untrusted text for messages: characters that move a terminal's cursor, hide text or
 * change its direction are escaped, and long text is truncated.
 */
public final class Printable {
  private static final int MAX_CHARACTERS = 200;

  private Printable() {}

  /** The text in quotation marks. */
  public static String quote(String text) {
    return '"' + escape(text) + '"';
  }

  /**
   * The text without quotation marks: for other libraries' messages, which may contain foreign
   * text.
   */
  public static String escape(String text) {
    StringBuilder shown = new StringBuilder();
    text.codePoints().limit(MAX_CHARACTERS).forEach(each -> append(shown, each));
    if (text.codePointCount(0, text.length()) > MAX_CHARACTERS) {
      shown.append("...");
    }
    return shown.toString();
  }

  /** The text in its full length, with its line breaks and tabs: for whole messages and reports. */
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

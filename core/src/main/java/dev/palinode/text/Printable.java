package dev.palinode.text;

import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Escapes untrusted text for messages: characters that move a terminal's cursor, hide text or
 * change its direction are escaped, and long text is truncated.
 */
public final class Printable {
  private static final int MAX_CHARACTERS = 200;
  private static final Pattern HIDDEN = Pattern.compile("[\\p{C}\\p{Cn}\\p{Zl}\\p{Zp}]");

  private Printable() {}

  /** The text in quotation marks. */
  public static String quote(String text) {
    return '"' + escape(text) + '"';
  }

  /** The text without quotation marks: for other libraries' messages. */
  public static String escape(String text) {
    boolean isLong = text.codePointCount(0, text.length()) > MAX_CHARACTERS;
    return isLong
        ? escaped(text.substring(0, text.offsetByCodePoints(0, MAX_CHARACTERS))) + "..."
        : escaped(text);
  }

  /** The text in its full length, with its line breaks and tabs: for whole messages and reports. */
  public static String lines(String text) {
    return HIDDEN
        .matcher(text)
        .replaceAll(found -> "\n\t".contains(found.group()) ? found.group() : unicode(found));
  }

  private static String escaped(String text) {
    return HIDDEN.matcher(text).replaceAll(Printable::unicode);
  }

  private static String unicode(MatchResult found) {
    return String.format(Locale.ROOT, "\\\\u%04x", found.group().codePointAt(0));
  }
}

package dev.palinode.jinja;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Methods of Python's {@code str} that Java's {@code String} does not have. */
public final class PythonStrings {
  private PythonStrings() {}

  /**
   * {@code strip}, {@code lstrip} or {@code rstrip}.
   *
   * @param chars the characters to remove; null for white space
   */
  public static String strip(String text, @Nullable String chars, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && isStripped(text.codePointAt(start), chars)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && start < end && isStripped(text.codePointBefore(end), chars)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  /** {@code split(separator, limit)}: empty parts are kept; a negative limit means no limit. */
  static List<String> split(String text, String separator, int limit) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int at = text.indexOf(separator);
        at >= 0 && parts.size() != limit;
        at = text.indexOf(separator, start)) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** {@code rsplit(separator, limit)}: as {@code split}, from the end. */
  static List<String> splitFromEnd(String text, String separator, int limit) {
    List<String> parts = new ArrayList<>();
    int end = text.length();
    int at = text.lastIndexOf(separator);
    while (at >= 0 && parts.size() != limit) {
      parts.add(text.substring(at + separator.length(), end));
      end = at;
      at = text.lastIndexOf(separator, end - separator.length());
    }
    parts.add(text.substring(0, end));
    Collections.reverse(parts);
    return parts;
  }

  /** {@code split(None, limit)}: the words between white space. */
  static List<String> words(String text, int limit) {
    List<String> words = new ArrayList<>();
    int start = wordStart(text, 0);
    while (start < text.length()) {
      if (words.size() == limit) {
        words.add(text.substring(start));
        return words;
      }
      int end = start;
      while (end < text.length() && !isSpace(text.charAt(end))) {
        end++;
      }
      words.add(text.substring(start, end));
      start = wordStart(text, end);
    }
    return words;
  }

  private static int wordStart(String text, int from) {
    int at = from;
    while (at < text.length() && isSpace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  /** {@code splitlines()}. */
  static List<String> lines(String text) {
    List<String> lines =
        new ArrayList<>(
            List.of(text.split("\r\n|[\n\r\\x0b\\x0c\\x1c-\\x1e\\x{85}\\x{2028}\\x{2029}]", -1)));
    if (lines.get(lines.size() - 1).isEmpty()) {
      lines.remove(lines.size() - 1);
    }
    return lines;
  }

  /** {@code title()}: the first of adjacent letters in upper case, the others in lower case. */
  static String title(String text) {
    StringBuilder titled = new StringBuilder(text.length());
    boolean isInside = false;
    for (int c : text.codePoints().toArray()) {
      boolean isCased =
          Character.isUpperCase(c) || Character.isLowerCase(c) || Character.isTitleCase(c);
      String letter = Character.toString(c);
      titled.append(isInside ? letter.toLowerCase(Locale.ROOT) : firstUpper(letter));
      isInside = isCased;
    }
    return titled.toString();
  }

  /** {@code capitalize()}. */
  static String capitalize(String text) {
    if (text.isEmpty()) {
      return text;
    }
    int first = Character.charCount(text.codePointAt(0));
    return firstUpper(text.substring(0, first)) + text.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String firstUpper(String letter) {
    String upper = letter.toUpperCase(Locale.ROOT);
    // a letter that becomes several has only the first in upper case: "ß" is "Ss"
    return upper.length() > letter.length()
        ? upper.charAt(0) + upper.substring(1).toLowerCase(Locale.ROOT)
        : Character.toString(Character.toTitleCase(letter.codePointAt(0)));
  }

  /** White space as in {@code str.isspace}. */
  static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static boolean isStripped(int c, @Nullable String chars) {
    return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
  }
}

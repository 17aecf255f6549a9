package dev.palinode.chat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Methods of Python's {@code str} that Java's {@code String} does not have. */
final class PythonStrings {
  private PythonStrings() {}

  /**
   * {@code strip}, {@code lstrip} or {@code rstrip}.
   *
   * @param chars the characters to take off; null for white space
   */
  static String strip(String text, @Nullable String chars, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && isStripped(text.charAt(start), chars)) {
      start++;
    }
    while (right && start < end && isStripped(text.charAt(end - 1), chars)) {
      end--;
    }
    return text.substring(start, end);
  }

  /** {@code split(separator)}: empty parts are kept. */
  static List<String> split(String text, String separator) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, start)) {
      parts.add(text.substring(start, at));
      start = at + separator.length();
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** {@code split()}: what stands between stretches of white space. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      boolean isBorder = i == text.length() || isSpace(text.charAt(i));
      if (isBorder && start >= 0) {
        words.add(text.substring(start, i));
        start = -1;
      } else if (!isBorder && start < 0) {
        start = i;
      }
    }
    return words;
  }

  /** White space as {@code str.isspace} has it. */
  static boolean isSpace(char c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\u0085';
  }

  private static boolean isStripped(char c, @Nullable String chars) {
    return chars == null ? isSpace(c) : chars.indexOf(c) >= 0;
  }
}

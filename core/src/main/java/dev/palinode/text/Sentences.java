package dev.palinode.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds sentence boundaries. */
public final class Sentences {
  /** The end of a sentence with the blanks after it, or a line break. */
  private static final Pattern BORDER =
      Pattern.compile("[.!?\u2026]+[\"'\u201d\u2019)\\]]*\\s+|[\u3002\uff01\uff1f]+|\\R+");

  private Sentences() {}

  /** The offset of the last sentence: after the last boundary that has text after it, or 0. */
  public static int lastBegin(CharSequence text) {
    int end = text.length();
    while (end > 0 && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    int begin = 0;
    Matcher border = BORDER.matcher(text);
    while (border.find() && border.end() < end) {
      begin = border.end();
    }
    return begin;
  }
}

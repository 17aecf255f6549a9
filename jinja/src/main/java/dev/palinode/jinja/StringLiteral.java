package dev.palinode.jinja;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The escapes of a Python string literal. */
final class StringLiteral {
  private static final String LETTERS = "\n\\'\"abfnrtv";
  private static final List<String> MEANINGS =
      List.of("", "\\", "'", "\"", "\u0007", "\b", "\f", "\n", "\r", "\t", "\u000B");
  private static final Pattern ESCAPE =
      Pattern.compile(
          "\\\\([0-7]{1,3}|x\\p{XDigit}{2}|u\\p{XDigit}{4}|U\\p{XDigit}{8}|.)", Pattern.DOTALL);

  private StringLiteral() {}

  /** The value of the text between the quotes; an unknown escape is kept, as in Python. */
  static String value(String body, int line) {
    return ESCAPE
        .matcher(body)
        .replaceAll(escape -> Matcher.quoteReplacement(meaning(escape, body, line)));
  }

  private static String meaning(MatchResult match, String body, int line) {
    String escape = match.group(1);
    char kind = escape.charAt(0);
    int known = LETTERS.indexOf(kind);
    if (known >= 0) {
      return MEANINGS.get(known);
    }
    return switch (kind) {
      case 'x' -> hex(match, 2, body, line);
      case 'u' -> hex(match, 4, body, line);
      case 'U' -> hex(match, 8, body, line);
      case 'N' -> throw TemplateException.at(line, "\\N{...} in a string is not supported");
      case '0', '1', '2', '3', '4', '5', '6', '7' ->
          Character.toString(Integer.parseInt(escape, 8));
      default -> match.group();
    };
  }

  private static String hex(MatchResult match, int digits, String body, int line) {
    int from = match.start(1) + 1;
    String number = body.substring(from, Math.min(body.length(), from + digits));
    boolean isComplete = match.end(1) == from + digits;
    if (!isComplete || Long.parseLong(number, 16) > Character.MAX_CODE_POINT) {
      throw TemplateException.at(
          line, "expected %d hexadecimal digits of a character, got \"%s\"", digits, number);
    }
    return Character.toString(Integer.parseInt(number, 16));
  }
}

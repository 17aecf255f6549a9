package dev.palinode.jinja;

/** The escapes of a Python string literal. */
final class StringLiteral {
  private static final String LETTERS = "\n\\'\"abfnrtv";
  private static final String MEANINGS = "\0\\'\"\u0007\b\f\n\r\t\u000B";

  private StringLiteral() {}

  /** The value of the text between the quotes; an unknown escape is kept, as in Python. */
  static String value(String body, int line) {
    StringBuilder value = new StringBuilder(body.length());
    int i = 0;
    while (i < body.length()) {
      char c = body.charAt(i++);
      if (c != '\\') {
        value.append(c);
      } else {
        i = escape(body, i, value, line);
      }
    }
    return value.toString();
  }

  private static int escape(String body, int at, StringBuilder value, int line) {
    char c = body.charAt(at);
    int known = LETTERS.indexOf(c);
    if (known >= 0) {
      if (c != '\n') {
        value.append(MEANINGS.charAt(known));
      }
      return at + 1;
    }
    return switch (c) {
      case 'x' -> hex(body, at + 1, 2, value, line);
      case 'u' -> hex(body, at + 1, 4, value, line);
      case 'U' -> hex(body, at + 1, 8, value, line);
      case 'N' -> throw TemplateException.at(line, "\\N{...} in a string is not supported");
      case '0', '1', '2', '3', '4', '5', '6', '7' -> octal(body, at, value);
      default -> {
        value.append('\\').append(c);
        yield at + 1;
      }
    };
  }

  private static int hex(String body, int from, int digits, StringBuilder value, int line) {
    String number = body.substring(from, Math.min(body.length(), from + digits));
    if (!number.matches("[0-9A-Fa-f]{" + digits + "}")
        || Long.parseLong(number, 16) > Character.MAX_CODE_POINT) {
      throw TemplateException.at(
          line, "expected %d hexadecimal digits of a character, got \"%s\"", digits, number);
    }
    value.appendCodePoint(Integer.parseInt(number, 16));
    return from + digits;
  }

  private static int octal(String body, int from, StringBuilder value) {
    int end = from;
    while (end < body.length() && end < from + 3 && "01234567".indexOf(body.charAt(end)) >= 0) {
      end++;
    }
    value.append((char) Integer.parseInt(body.substring(from, end), 8));
    return end;
  }
}

package dev.palinode.jinja;

import dev.palinode.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Splits a template into tokens. White space is controlled as in Jinja2 with {@code trim_blocks}
 * and {@code lstrip_blocks}: the line end after a block or comment is removed, and so is white
 * space between the start of the line and a block or comment; {@code -} removes all white space on
 * its side, {@code +} keeps it. Line ends become {@code \n}, and one at the template's end is
 * dropped.
 */
final class Lexer {
  private static final Pattern LINE_END = Pattern.compile("\r\n|\r|\n");
  private static final Pattern TAG = Pattern.compile("\\{[{%#]");
  private static final String SPACE = "[\\s\\x1c-\\x1f\\x{85}\\p{Z}]";
  private static final Pattern RAW_BEGIN = spaced("\\{%[-+]?S*raw\\bS*(?:-%}S*|%})");
  private static final Pattern RAW_END = spaced("\\{%([-+]?)S*endrawS*(?:\\+%}|-%}S*|%}\n?)");
  private static final Pattern COMMENT_END = spaced("\\+#}|-#}S*|#}\n?");
  private static final Pattern BLOCK_END = spaced("\\+%}|-%}S*|%}\n?");
  private static final Pattern VARIABLE_END = spaced("-}}S*|}}");
  private static final Pattern WHITE = spaced("S+");
  private static final Pattern FLOAT =
      Pattern.compile(
          "(?<!\\.)(?:\\d+_)*\\d+(?:(?:\\.(?:\\d+_)*\\d+)?[eE][+-]?(?:\\d+_)*\\d+|\\.(?:\\d+_)*\\d+)");
  private static final Pattern STRING =
      Pattern.compile(
          "'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"",
          Pattern.DOTALL);

  /** The first pattern that matches wins. */
  private static final List<Map.Entry<Kind, Pattern>> EXPRESSION_TOKENS =
      List.of(
          Map.entry(Kind.FLOAT, FLOAT),
          Map.entry(Kind.INTEGER, Pattern.compile("[1-9](?:_?\\d)*|0(?:_?0)*")),
          Map.entry(
              Kind.NAME, Pattern.compile("[\\p{L}\\p{Nl}_][\\p{L}\\p{Nl}\\p{Mn}\\p{Mc}\\p{Nd}_]*")),
          Map.entry(Kind.STRING, STRING),
          Map.entry(
              Kind.OPERATOR, Pattern.compile("//|\\*\\*|==|!=|>=|<=|[-+/*%~\\[\\](){}<>=.:|,;]")));

  private final String source;
  private final List<Token> tokens = new ArrayList<>();
  private int position;
  private int line = 1;
  private boolean lineStarting = true;

  private Lexer(String source) {
    this.source = source;
  }

  /** A pattern in which {@code S} is white space. */
  private static Pattern spaced(String pattern) {
    return Pattern.compile(pattern.replace("S", SPACE));
  }

  /** The tokens of a template; the last one is {@code END}. */
  static List<Token> tokens(String template) {
    String source = LINE_END.matcher(template).replaceAll("\n");
    source = source.endsWith("\n") ? source.substring(0, source.length() - 1) : source;
    Lexer lexer = new Lexer(source);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    Matcher tag = TAG.matcher(source);
    while (tag.find(position)) {
      char opener = source.charAt(tag.start() + 1);
      int inside = tag.end();
      String sign = inside < source.length() ? source.substring(inside, inside + 1) : "";
      sign = sign.equals("-") || sign.equals("+") ? sign : "";
      addData(source.substring(position, tag.start()), sign, opener != '{');
      advance(tag.start());
      Matcher raw = RAW_BEGIN.matcher(source).region(position, source.length());
      if (raw.lookingAt()) {
        take(raw);
        raw();
      } else {
        int startLine = line;
        advance(inside + sign.length());
        switch (opener) {
          case '#' -> skipComment(startLine);
          case '%' -> tag(Kind.BLOCK_BEGIN, Kind.BLOCK_END, BLOCK_END);
          default -> tag(Kind.VARIABLE_BEGIN, Kind.VARIABLE_END, VARIABLE_END);
        }
      }
    }
    addData(source.substring(position), "", false);
    add(Kind.END, "");
  }

  private void addData(String text, String sign, boolean isBlock) {
    String kept = text;
    if (sign.equals("-")) {
      kept = PythonStrings.strip(text, null, false, true);
    } else if (isBlock && !sign.equals("+")) {
      int lineStart = text.lastIndexOf('\n') + 1;
      boolean isAtLineStart = lineStart > 0 || lineStarting;
      if (isAtLineStart && WHITE.matcher(text.substring(lineStart)).matches()) {
        kept = text.substring(0, lineStart);
      }
    }
    if (!kept.isEmpty()) {
      add(Kind.DATA, kept);
    }
  }

  private void skipComment(int startLine) {
    Matcher end = COMMENT_END.matcher(source);
    if (!end.find(position)) {
      throw TemplateException.at(startLine, "a comment has no end: expected '#}'");
    }
    take(end);
  }

  private void raw() {
    Matcher end = RAW_END.matcher(source);
    if (!end.find(position)) {
      throw TemplateException.at(line, "raw has no end: expected '{% endraw %}'");
    }
    addData(source.substring(position, end.start()), end.group(1), true);
    take(end);
  }

  private void tag(Kind begin, Kind end, Pattern endPattern) {
    add(begin, "");
    Deque<String> open = new ArrayDeque<>();
    while (position < source.length()) {
      Matcher ending = endPattern.matcher(source).region(position, source.length());
      if (open.isEmpty() && ending.lookingAt()) {
        add(end, "");
        take(ending);
        return;
      }
      expressionToken(open);
    }
    throw TemplateException.at(line, "a tag has no end: expected %s", end.shown());
  }

  private void expressionToken(Deque<String> open) {
    int space = lookingAt(WHITE).length();
    if (space > 0) {
      advance(position + space);
      return;
    }
    for (Map.Entry<Kind, Pattern> rule : EXPRESSION_TOKENS) {
      String text = lookingAt(rule.getValue());
      if (!text.isEmpty()) {
        balance(text, open);
        add(rule.getKey(), value(rule.getKey(), text));
        advance(position + text.length());
        return;
      }
    }
    throw TemplateException.at(
        line, "unexpected character '%s'", Character.toString(source.codePointAt(position)));
  }

  private String value(Kind kind, String text) {
    return switch (kind) {
      case INTEGER, FLOAT -> text.replace("_", "");
      case STRING -> StringLiteral.value(text.substring(1, text.length() - 1), line);
      default -> text;
    };
  }

  /** The match at the current position; empty if there is none. */
  private String lookingAt(Pattern pattern) {
    Matcher matcher =
        pattern.matcher(source).region(position, source.length()).useTransparentBounds(true);
    return matcher.lookingAt() ? matcher.group() : "";
  }

  private void balance(String operator, Deque<String> open) {
    switch (operator) {
      case "(" -> open.push(")");
      case "[" -> open.push("]");
      case "{" -> open.push("}");
      case ")", "]", "}" -> {
        String expected = open.poll();
        if (!operator.equals(expected)) {
          throw TemplateException.at(
              line,
              expected == null
                  ? "unexpected '%s'".formatted(operator)
                  : "unexpected '%s', expected '%s'".formatted(operator, expected));
        }
      }
      default -> {}
    }
  }

  private void add(Kind kind, String text) {
    tokens.add(new Token(kind, text, line));
  }

  private void take(Matcher match) {
    lineStarting = source.charAt(match.end() - 1) == '\n';
    advance(match.end());
  }

  private void advance(int to) {
    for (int i = position; i < to; i++) {
      line += source.charAt(i) == '\n' ? 1 : 0;
    }
    position = to;
  }
}

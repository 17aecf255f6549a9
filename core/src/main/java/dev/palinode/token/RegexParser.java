package dev.palinode.token;

import dev.palinode.storage.Printable;
import dev.palinode.token.RegexNode.Ahead;
import dev.palinode.token.RegexNode.Atom;
import dev.palinode.token.RegexNode.Choice;
import dev.palinode.token.RegexNode.Context;
import dev.palinode.token.RegexNode.Repeat;
import dev.palinode.token.RegexNode.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the structure of a regular expression in Oniguruma's syntax, which tokenizers use. Sets of
 * characters are left to Java's {@link Pattern}, which spells those of tokenizers alike; one that
 * it might read differently is taken for a set that may match anything.
 */
final class RegexParser {
  private static final int MAX_LENGTH = 16_384;
  private static final int MAX_DEPTH = 100;
  private static final int MAX_TIMES = 1000;
  private static final Pattern TIMES = Pattern.compile("\\{(\\d{1,6})?(,)?(\\d{1,6})?}");
  private static final Pattern OPTIONS = Pattern.compile("\\(\\?([imx]*)(?:-([imx]*))?([:)])");
  private static final Pattern NAMED = Pattern.compile("\\(\\?(?:P?<\\w+>|'\\w+')");
  private static final Pattern CODE =
      Pattern.compile(
          "\\\\(?:[pP]\\{\\^?\\w+}|x\\{[0-9a-fA-F]+}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4})");

  private final String source;
  private int at;
  private int depth;
  private boolean ignoresCase;

  private RegexParser(String source) {
    this.source = source;
  }

  /**
   * The structure of an expression.
   *
   * @throws IllegalArgumentException if it is too long, nested too deeply, or holds something whose
   *     cost cannot be told: references to groups, recursion, conditions
   */
  static RegexNode parse(String source) {
    if (source.length() > MAX_LENGTH) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "expected a regular expression of %,d characters at most, found %,d",
              MAX_LENGTH,
              source.length()));
    }
    RegexParser parser = new RegexParser(source);
    RegexNode node = parser.choice();
    if (parser.at < source.length()) {
      throw parser.problem("a ) too many");
    }
    return node;
  }

  private RegexNode choice() {
    List<RegexNode> parts = new ArrayList<>(List.of(sequence()));
    while (at < source.length() && source.charAt(at) == '|') {
      at++;
      parts.add(sequence());
    }
    return parts.size() == 1 ? parts.get(0) : new Choice(parts);
  }

  private RegexNode sequence() {
    List<RegexNode> parts = new ArrayList<>();
    while (at < source.length() && source.charAt(at) != '|' && source.charAt(at) != ')') {
      RegexNode node = element();
      while (at < source.length() && "?*+{".indexOf(source.charAt(at)) >= 0) {
        RegexNode repeated = repeated(node);
        if (repeated == null) {
          break;
        }
        node = repeated;
      }
      parts.add(node);
    }
    return parts.size() == 1 ? parts.get(0) : new Sequence(parts);
  }

  /** The node with the quantifier that follows; null where a brace is an ordinary character. */
  private @Nullable RegexNode repeated(RegexNode node) {
    char sign = source.charAt(at);
    int min = sign == '+' ? 1 : 0;
    int max = sign == '?' ? 1 : Repeat.UNBOUNDED;
    if (sign == '{') {
      Matcher times = TIMES.matcher(source).region(at, source.length());
      if (!times.lookingAt() || (times.group(1) == null && times.group(3) == null)) {
        return null;
      }
      min = times.group(1) == null ? 0 : Integer.parseInt(times.group(1));
      max = times.group(2) == null ? min : Repeat.UNBOUNDED;
      max = times.group(3) == null ? max : Integer.parseInt(times.group(3));
      if (min > MAX_TIMES || (max > MAX_TIMES && max != Repeat.UNBOUNDED)) {
        throw problem("a repetition of more than " + MAX_TIMES + " times");
      }
      at = times.end();
    } else {
      at++;
    }
    boolean possessive = sign != '{' && source.startsWith("+", at);
    if (possessive || source.startsWith("?", at)) { // of several ways the shortest first
      at++;
    }
    return new Repeat(node, min, max, possessive);
  }

  private RegexNode element() {
    char c = source.charAt(at);
    return switch (c) {
      case '(' -> group();
      case '[' -> set();
      case '\\' -> escape();
      case '^', '$' -> {
        at++;
        yield new Context();
      }
      default -> {
        int length = Character.charCount(source.codePointAt(at));
        at += length;
        String literal = source.substring(at - length, at);
        yield c == '.' ? new Atom(null) : atom(Pattern.quote(literal));
      }
    };
  }

  private RegexNode group() {
    Matcher options = OPTIONS.matcher(source).region(at, source.length());
    Matcher named = NAMED.matcher(source).region(at, source.length());
    boolean isAhead = source.startsWith("(?=", at) || source.startsWith("(?!", at);
    boolean isBehind = source.startsWith("(?<=", at) || source.startsWith("(?<!", at);
    boolean isAtomic = source.startsWith("(?>", at);
    if (source.startsWith("(?#", at)) {
      at = source.indexOf(')', at) + 1;
      if (at == 0) {
        at = source.length();
        throw problem("a comment without its end");
      }
      return new Sequence(List.of());
    } else if (options.lookingAt()) {
      return withOptions(options);
    } else if (isAhead || isBehind || isAtomic) {
      at += isBehind ? 4 : 3;
    } else if (named.lookingAt()) {
      at = named.end();
    } else if (source.startsWith("(?", at) || source.startsWith("(*", at)) {
      throw problem(Printable.quote(source.substring(at, Math.min(at + 4, source.length()))));
    } else {
      at++;
    }
    RegexNode body = body();
    if (isBehind) {
      return new Context();
    }
    return isAhead ? new Ahead(body) : isAtomic ? new Repeat(body, 1, 1, true) : body;
  }

  private RegexNode withOptions(Matcher options) {
    boolean outer = ignoresCase;
    String off = options.group(2) == null ? "" : options.group(2);
    if (options.group(1).contains("x")) {
      throw problem("the option x");
    }
    ignoresCase = (outer || options.group(1).contains("i")) && !off.contains("i");
    at = options.end();
    // Without a colon the options make a group of all that follows in the group around them.
    RegexNode body = options.group(3).equals(")") ? choice() : body();
    ignoresCase = outer;
    return body;
  }

  private RegexNode body() {
    if (++depth > MAX_DEPTH) {
      throw problem("more than " + MAX_DEPTH + " groups inside each other");
    }
    RegexNode body = choice();
    if (at == source.length()) {
      throw problem("a ( without its )");
    }
    at++;
    depth--;
    return body;
  }

  private RegexNode set() {
    int start = at;
    int open = 0;
    do {
      char c = source.charAt(at);
      if (c == '\\') {
        at++;
      } else if (c == '[') {
        open++;
        // a bracket that comes first stands for itself
        at += source.startsWith("^]", at + 1) ? 2 : source.startsWith("]", at + 1) ? 1 : 0;
      } else if (c == ']') {
        open--;
      }
      at++;
    } while (open > 0 && at < source.length());
    if (open > 0) {
      throw problem("a [ without its ]");
    }
    String set = source.substring(start, at);
    boolean isPlain = set.indexOf('[', 1) < 0 && !set.contains("\\h") && !set.contains("\\b");
    return isPlain ? atom(set) : new Atom(null);
  }

  private RegexNode escape() {
    Matcher code = CODE.matcher(source).region(at, source.length());
    if (code.lookingAt()) {
      at = code.end();
      return atom(code.group());
    }
    if (at + 1 == source.length()) {
      throw problem("a \\ at its end");
    }
    int c = source.codePointAt(at + 1);
    at += 1 + Character.charCount(c);
    if ("bBAzZGyYK".indexOf(c) >= 0) {
      return new Context();
    } else if ((c >= '1' && c <= '9') || c == 'k' || c == 'g') {
      throw problem("a reference to a group");
    } else if ("XRNOhHcCM0xup".indexOf(c) >= 0) {
      return new Atom(null);
    }
    return atom("\\" + Character.toString(c));
  }

  private Atom atom(String set) {
    int flags = Pattern.UNICODE_CHARACTER_CLASS;
    try {
      return new Atom(Pattern.compile(set, ignoresCase ? flags | Pattern.CASE_INSENSITIVE : flags));
    } catch (PatternSyntaxException e) {
      return new Atom(null);
    }
  }

  private IllegalArgumentException problem(String what) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "the regular expression %s has %s (character %,d), which is not supported",
            Printable.quote(source),
            what,
            at + 1));
  }
}

package dev.palinode.jinja;

import dev.palinode.jinja.Arguments.Bound;
import dev.palinode.jinja.Types.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;

/** Methods of Python's {@code str}. */
final class StringMethods {
  static final Functions<String> METHODS =
      new Functions<String>(
              "str",
              "casefold center encode expandtabs format format_map isascii isdecimal isidentifier"
                  + " isnumeric isprintable istitle ljust maketrans rjust swapcase translate zfill")
          .with("strip chars", (text, given) -> strip(text, given, true, true))
          .with("lstrip chars", (text, given) -> strip(text, given, true, false))
          .with("rstrip chars", (text, given) -> strip(text, given, false, true))
          .with("split sep maxsplit", StringMethods::split)
          .with("rsplit sep maxsplit", StringMethods::split)
          .with("splitlines", (text, given) -> new ArrayList<Object>(PythonStrings.lines(text)))
          .with("partition sep", StringMethods::partition)
          .with("rpartition sep", StringMethods::partition)
          .with("startswith affix", (text, given) -> affixed(text, given, String::startsWith))
          .with("endswith affix", (text, given) -> affixed(text, given, String::endsWith))
          .with("removeprefix prefix", StringMethods::removePrefix)
          .with("removesuffix suffix", StringMethods::removeSuffix)
          .with("replace old new count", StringMethods::replace)
          .with("join iterable", (text, given) -> join(text, given.get("iterable")))
          .with("find sub", (text, given) -> place(text, text.indexOf(given.text("sub"))))
          .with("rfind sub", (text, given) -> place(text, text.lastIndexOf(given.text("sub"))))
          .with("index sub", (text, given) -> found(text, text.indexOf(given.text("sub"))))
          .with("rindex sub", (text, given) -> found(text, text.lastIndexOf(given.text("sub"))))
          .with("count sub", (text, given) -> count(text, given.text("sub")))
          .with("upper", (text, given) -> text.toUpperCase(Locale.ROOT))
          .with("lower", (text, given) -> text.toLowerCase(Locale.ROOT))
          .with("title", (text, given) -> PythonStrings.title(text))
          .with("capitalize", (text, given) -> PythonStrings.capitalize(text))
          .with("isspace", (text, given) -> all(text, PythonStrings::isSpace))
          .with("isalpha", (text, given) -> all(text, Character::isLetter))
          .with("isdigit", (text, given) -> all(text, StringMethods::isDigit))
          .with("isalnum", (text, given) -> all(text, c -> isDigit(c) || Character.isLetter(c)))
          .with("isupper", (text, given) -> isUpper(text))
          .with("islower", (text, given) -> isLower(text));

  private StringMethods() {}

  /** {@code replace(old, new, count)}; a negative count means no limit. */
  static String replace(String text, Bound given) {
    if (given.text("old").isEmpty()) {
      throw new TemplateException("replace: the string to replace must not be empty");
    }
    int count = given.has("count") ? given.number("count", -1) : -1;
    return joined(given.text("new"), PythonStrings.split(text, given.text("old"), count));
  }

  /** {@code isupper}: there are cased letters, and all are in upper case. */
  static boolean isUpper(String text) {
    return text.equals(text.toUpperCase(Locale.ROOT)) && hasCase(text);
  }

  /** {@code islower}: there are cased letters, and all are in lower case. */
  static boolean isLower(String text) {
    return text.equals(text.toLowerCase(Locale.ROOT)) && hasCase(text);
  }

  private static boolean hasCase(String text) {
    return text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  /** {@code strip(chars)}, {@code lstrip} or {@code rstrip}. */
  static String strip(String text, Bound given, boolean left, boolean right) {
    return PythonStrings.strip(text, given.has("chars") ? given.text("chars") : null, left, right);
  }

  private static Object split(String text, Bound given) {
    int limit = given.number("maxsplit", -1);
    boolean isFromEnd = given.callee().equals("rsplit");
    List<String> parts;
    if (given.has("sep")) {
      String separator = separator(given);
      parts =
          isFromEnd
              ? PythonStrings.splitFromEnd(text, separator, limit)
              : PythonStrings.split(text, separator, limit);
    } else if (isFromEnd && limit >= 0) {
      throw new TemplateException("rsplit with maxsplit but no separator is not supported");
    } else {
      parts = PythonStrings.words(text, limit);
    }
    return new ArrayList<Object>(parts);
  }

  private static String separator(Bound given) {
    String separator = given.text("sep");
    if (separator.isEmpty()) {
      throw new TemplateException(given.callee() + ": the separator must not be empty");
    }
    return separator;
  }

  private static Object partition(String text, Bound given) {
    String separator = separator(given);
    boolean isFromEnd = given.callee().equals("rpartition");
    int at = isFromEnd ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return isFromEnd ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  private static Object affixed(String text, Bound given, BiPredicate<String, String> test) {
    return given.get("affix") instanceof Tuple several
        ? several.stream().anyMatch(each -> each instanceof String affix && test.test(text, affix))
        : test.test(text, given.text("affix"));
  }

  private static String removePrefix(String text, Bound given) {
    String prefix = given.text("prefix");
    return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
  }

  private static String removeSuffix(String text, Bound given) {
    String suffix = given.text("suffix");
    return text.endsWith(suffix) ? text.substring(0, text.length() - suffix.length()) : text;
  }

  private static String join(String separator, Object items) {
    List<Object> parts = Values.list(items);
    for (Object part : parts) {
      if (!(part instanceof String)) {
        throw new TemplateException("join: expected strings, got %s", Values.type(part));
      }
    }
    return joined(separator, parts.stream().map(Object::toString).toList());
  }

  /** Joins the parts with a separator. */
  static String joined(String separator, List<String> parts) {
    long separators = Math.max(0L, parts.size() - 1L) * separator.length();
    Budget.checkLength(separators + parts.stream().mapToLong(String::length).sum());
    return String.join(separator, parts);
  }

  private static Object found(String text, int at) {
    if (at < 0) {
      throw new TemplateException("substring not found");
    }
    return place(text, at);
  }

  private static Object place(String text, int at) {
    return at < 0 ? -1L : (long) text.codePointCount(0, at);
  }

  private static Object count(String text, String part) {
    return part.isEmpty()
        ? Values.length(text) + 1
        : (long) PythonStrings.split(text, part, -1).size() - 1;
  }

  private static boolean all(String text, IntPredicate test) {
    return !text.isEmpty() && text.codePoints().allMatch(test);
  }

  private static boolean isDigit(int c) {
    if (Character.getType(c) == Character.OTHER_NUMBER) {
      throw new TemplateException(
          "whether '%s' is a digit is not supported", Character.toString(c));
    }
    return Character.isDigit(c);
  }
}

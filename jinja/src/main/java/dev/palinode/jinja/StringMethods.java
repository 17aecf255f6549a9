package dev.palinode.jinja;

import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.BiPredicate;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** Methods of Python's {@code str}. */
final class StringMethods {
  private static final List<String> UNSUPPORTED =
      PythonStrings.words(
          "casefold center encode expandtabs format format_map isascii isdecimal isidentifier"
              + " isnumeric isprintable istitle ljust maketrans rjust swapcase translate zfill",
          -1);

  private StringMethods() {}

  /** The method of that name, bound to its string; null if there is none. */
  static @Nullable Callable find(String text, String name) {
    if (UNSUPPORTED.contains(name)) {
      throw new TemplateException("str.%s is not supported", name);
    }
    return switch (name) {
      case "strip" -> arguments -> strip(text, arguments, name, true, true);
      case "lstrip" -> arguments -> strip(text, arguments, name, true, false);
      case "rstrip" -> arguments -> strip(text, arguments, name, false, true);
      case "split", "rsplit" -> arguments -> split(text, arguments, name);
      case "splitlines" ->
          arguments -> arguments.none(name, new ArrayList<Object>(PythonStrings.lines(text)));
      case "partition" -> arguments -> partition(text, arguments, name);
      case "rpartition" -> arguments -> partition(text, arguments, name);
      case "startswith" -> arguments -> affixed(text, arguments, name, String::startsWith);
      case "endswith" -> arguments -> affixed(text, arguments, name, String::endsWith);
      case "removeprefix" ->
          arguments -> {
            String prefix = arguments.bind(name, "prefix").text("prefix");
            return text.startsWith(prefix) ? text.substring(prefix.length()) : text;
          };
      case "removesuffix" ->
          arguments -> {
            String suffix = arguments.bind(name, "suffix").text("suffix");
            return text.endsWith(suffix)
                ? text.substring(0, text.length() - suffix.length())
                : text;
          };
      case "replace" ->
          arguments -> {
            Arguments.Bound bound = arguments.bind(name, "old", "new", "count");
            return replace(text, bound.text("old"), bound.text("new"), bound.number("count", -1));
          };
      case "join" -> arguments -> join(text, arguments.bind(name, "iterable").get("iterable"));
      case "find" -> arguments -> place(text, text.indexOf(part(arguments, name)));
      case "rfind" -> arguments -> place(text, text.lastIndexOf(part(arguments, name)));
      case "index", "rindex" -> arguments -> index(text, part(arguments, name), name);
      case "count" -> arguments -> count(text, part(arguments, name));
      case "upper" -> arguments -> arguments.none(name, text.toUpperCase(Locale.ROOT));
      case "lower" -> arguments -> arguments.none(name, text.toLowerCase(Locale.ROOT));
      case "title" -> arguments -> arguments.none(name, PythonStrings.title(text));
      case "capitalize" -> arguments -> arguments.none(name, PythonStrings.capitalize(text));
      case "isspace" -> arguments -> arguments.none(name, all(text, PythonStrings::isSpace));
      case "isalpha" -> arguments -> arguments.none(name, all(text, Character::isLetter));
      case "isdigit" -> arguments -> arguments.none(name, all(text, StringMethods::isDigit));
      case "isalnum" ->
          arguments -> arguments.none(name, all(text, c -> isDigit(c) || Character.isLetter(c)));
      case "isupper" ->
          arguments -> arguments.none(name, isCased(text, text.toUpperCase(Locale.ROOT)));
      case "islower" ->
          arguments -> arguments.none(name, isCased(text, text.toLowerCase(Locale.ROOT)));
      default -> null;
    };
  }

  /** {@code replace(old, new, count)}; a negative count means no limit. */
  static String replace(String text, String old, String replacement, int count) {
    if (old.isEmpty()) {
      throw new TemplateException("replace: the string to replace must not be empty");
    }
    return joined(replacement, PythonStrings.split(text, old, count));
  }

  /**
   * {@code str.isupper} and {@code str.islower}: there are cased letters, and all have that case.
   */
  static boolean isCased(String text, String converted) {
    return text.equals(converted)
        && text.codePoints().anyMatch(c -> Character.isUpperCase(c) || Character.isLowerCase(c));
  }

  private static String strip(
      String text, Arguments arguments, String name, boolean left, boolean right) {
    Arguments.Bound bound = arguments.bind(name, "chars");
    return PythonStrings.strip(text, bound.has("chars") ? bound.text("chars") : null, left, right);
  }

  private static Object split(String text, Arguments arguments, String name) {
    Arguments.Bound bound = arguments.bind(name, "sep", "maxsplit");
    int limit = bound.number("maxsplit", -1);
    boolean isFromEnd = name.equals("rsplit");
    if (!bound.has("sep")) {
      if (isFromEnd && limit >= 0) {
        throw new TemplateException("rsplit with maxsplit but no separator is not supported");
      }
      return new ArrayList<Object>(PythonStrings.words(text, limit));
    }
    String separator = separator(bound);
    return new ArrayList<Object>(
        isFromEnd
            ? PythonStrings.splitFromEnd(text, separator, limit)
            : PythonStrings.split(text, separator, limit));
  }

  private static String separator(Arguments.Bound bound) {
    String separator = bound.text("sep");
    if (separator.isEmpty()) {
      throw new TemplateException(bound.callee() + ": the separator must not be empty");
    }
    return separator;
  }

  private static Object partition(String text, Arguments arguments, String name) {
    String separator = separator(arguments.bind(name, "sep"));
    boolean isFromEnd = name.equals("rpartition");
    int at = isFromEnd ? text.lastIndexOf(separator) : text.indexOf(separator);
    if (at < 0) {
      return isFromEnd ? Tuple.of("", "", text) : Tuple.of(text, "", "");
    }
    return Tuple.of(text.substring(0, at), separator, text.substring(at + separator.length()));
  }

  private static Object affixed(
      String text, Arguments arguments, String name, BiPredicate<String, String> test) {
    Arguments.Bound bound = arguments.bind(name, "affix");
    if (bound.get("affix") instanceof Tuple several) {
      return several.stream()
          .anyMatch(each -> each instanceof String affix && test.test(text, affix));
    }
    return test.test(text, bound.text("affix"));
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

  private static String part(Arguments arguments, String name) {
    return arguments.bind(name, "sub").text("sub");
  }

  private static Object index(String text, String part, String name) {
    int at = name.equals("index") ? text.indexOf(part) : text.lastIndexOf(part);
    if (at < 0) {
      throw new TemplateException("%s: substring not found", name);
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

package dev.palinode.jinja;

import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.Undefined;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Jinja2's filters of single values, {@code value | name(arguments)}. */
final class Filters {
  private static final Pattern WORD_START = Pattern.compile("([-\\s({\\[<]+)");

  private Filters() {}

  /**
   * Applies a filter by name.
   *
   * @throws TemplateException if there is no filter of that name
   */
  static Object apply(String name, Object value, Arguments arguments) {
    return switch (name) {
      case "trim" -> {
        Arguments.Bound bound = arguments.bind(name, "chars");
        String chars = bound.has("chars") ? bound.text("chars") : null;
        yield PythonStrings.strip(text(name, value), chars, true, true);
      }
      case "upper" -> arguments.none(name, text(name, value).toUpperCase(Locale.ROOT));
      case "lower" -> arguments.none(name, text(name, value).toLowerCase(Locale.ROOT));
      case "capitalize" -> arguments.none(name, PythonStrings.capitalize(text(name, value)));
      case "title" -> arguments.none(name, title(text(name, value)));
      case "string" ->
          arguments.none(name, value instanceof Markup ? value : PythonText.str(value));
      case "safe" -> arguments.none(name, new Markup(PythonText.str(value)));
      case "length", "count" -> arguments.none(name, Values.length(value));
      case "replace" -> replace(text(name, value), arguments.bind(name, "old", "new", "count"));
      case "indent" -> indent(value, arguments.bind(name, "width", "first", "blank"));
      case "default", "d" -> otherwise(value, arguments.bind(name, "default_value", "boolean"));
      case "tojson" ->
          JsonText.of(
              value, arguments.bind(name, "ensure_ascii", "indent", "separators", "sort_keys"));
      case "int" -> Numbers.whole(value, arguments.bind(name, "default", "base"));
      case "float" -> Numbers.fractional(value, arguments.bind(name, "default"));
      case "abs" ->
          arguments.none(
              name,
              Operations.compare(value, 0L) < 0
                  ? Operations.negated(value)
                  : Operations.unchanged(value));
      case "round" -> Numbers.rounded(value, arguments.bind(name, "precision", "method"));
      default -> SequenceFilters.apply(name, value, arguments);
    };
  }

  /**
   * The text of a value. A result of {@code safe} is refused, as it would stay marked in Jinja2.
   */
  private static String text(String filter, Object value) {
    if (value instanceof Markup) {
      throw new TemplateException("%s of what 'safe' gave is not supported", filter);
    }
    return PythonText.str(value);
  }

  private static String title(String text) {
    StringBuilder titled = new StringBuilder();
    int start = 0;
    for (Matcher border = WORD_START.matcher(text); border.find(); start = border.end()) {
      titled.append(titledWord(text.substring(start, border.start()))).append(border.group());
    }
    return titled.append(titledWord(text.substring(start))).toString();
  }

  private static String titledWord(String word) {
    int first = word.isEmpty() ? 0 : Character.charCount(word.codePointAt(0));
    return word.substring(0, first).toUpperCase(Locale.ROOT)
        + word.substring(first).toLowerCase(Locale.ROOT);
  }

  private static String replace(String text, Arguments.Bound bound) {
    int count = bound.has("count") ? bound.number("count", -1) : -1;
    return StringMethods.replace(text, bound.text("old"), bound.text("new"), count);
  }

  private static String indent(Object value, Arguments.Bound bound) {
    if (!(value instanceof String text)) {
      throw new TemplateException("indent: expected a string, got " + Values.type(value));
    }
    Object width = bound.get("width", 4L);
    String margin =
        width instanceof String given ? given : JsonText.spaces(bound.number("width", 4));
    StringBuilder out = new StringBuilder();
    boolean isFirst = true;
    for (String line : PythonStrings.lines(text + "\n")) {
      Budget.checkLength((long) out.length() + margin.length());
      boolean isIndented = isFirst ? bound.flag("first") : bound.flag("blank") || !line.isEmpty();
      out.append(isFirst ? "" : "\n").append(isIndented ? margin : "").append(line);
      isFirst = false;
    }
    return out.toString();
  }

  private static Object otherwise(Object value, Arguments.Bound bound) {
    boolean isMissing =
        value instanceof Undefined || (bound.flag("boolean") && !Values.isTrue(value));
    return isMissing ? bound.get("default_value", "") : value;
  }
}

package dev.palinode.jinja;

import dev.palinode.jinja.Arguments.Bound;
import dev.palinode.jinja.Types.Callable;
import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.Undefined;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Jinja2's filters of single values, {@code value | name(arguments)}. */
final class Filters {
  private static final Pattern WORD_START = Pattern.compile("([-\\s({\\[<]+)");

  private static final Functions<Object> FILTERS =
      SequenceFilters.addedTo(new Functions<>("filter", ""))
          .with("trim chars", Filters::trim)
          .with("upper", (value, given) -> text(value, given).toUpperCase(Locale.ROOT))
          .with("lower", (value, given) -> text(value, given).toLowerCase(Locale.ROOT))
          .with("capitalize", (value, given) -> PythonStrings.capitalize(text(value, given)))
          .with("title", (value, given) -> title(text(value, given)))
          .with("string", (value, given) -> value instanceof Markup ? value : PythonText.str(value))
          .with("safe", (value, given) -> new Markup(PythonText.str(value)))
          .with("length", (value, given) -> Values.length(value))
          .with("count", (value, given) -> Values.length(value))
          .with("replace old new count", Filters::replace)
          .with("indent width first blank", Filters::indent)
          .with("default default_value boolean", Filters::otherwise)
          .with("d default_value boolean", Filters::otherwise)
          .with("tojson ensure_ascii indent separators sort_keys", JsonText::of)
          .with("int default base", Numbers::whole)
          .with("float default", Numbers::fractional)
          .with("abs", (value, given) -> absolute(value))
          .with("round precision method", Numbers::rounded);

  private Filters() {}

  /**
   * Applies a filter by name.
   *
   * @throws TemplateException if there is no filter of that name
   */
  static Object apply(String name, Object value, Arguments arguments) {
    Callable filter = FILTERS.find(value, name);
    if (filter == null) {
      throw new TemplateException("the filter '%s' is not supported", name);
    }
    return filter.call(arguments);
  }

  /**
   * The text of a value. A result of {@code safe} is refused, as it would stay marked in Jinja2.
   */
  private static String text(Object value, Bound given) {
    if (value instanceof Markup) {
      throw new TemplateException("%s of what 'safe' gave is not supported", given.callee());
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

  private static Object trim(Object value, Bound given) {
    return StringMethods.strip(text(value, given), given, true, true);
  }

  private static Object replace(Object value, Bound given) {
    return StringMethods.replace(text(value, given), given);
  }

  private static Object absolute(Object value) {
    return Operations.compare(value, 0L) < 0
        ? Operations.negated(value)
        : Operations.unchanged(value);
  }

  private static String indent(Object value, Bound bound) {
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

  private static Object otherwise(Object value, Bound bound) {
    boolean isMissing =
        value instanceof Undefined || (bound.flag("boolean") && !Values.isTrue(value));
    return isMissing ? bound.get("default_value", "") : value;
  }
}

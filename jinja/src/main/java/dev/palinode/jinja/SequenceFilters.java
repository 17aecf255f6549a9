package dev.palinode.jinja;

import dev.palinode.jinja.Arguments.Bound;
import dev.palinode.jinja.Types.Generator;
import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Jinja2's filters of lists and dicts. */
final class SequenceFilters {
  private SequenceFilters() {}

  static Functions<Object> addedTo(Functions<Object> filters) {
    return filters
        .with("list", (value, given) -> Values.list(value))
        .with("items", (value, given) -> items(value))
        .with("first", (value, given) -> first(value))
        .with("last", (value, given) -> last(value))
        .with("reverse", (value, given) -> reversed(value))
        .with("join d attribute", SequenceFilters::join)
        .withAny("map", SequenceFilters::map)
        .withAny("select", (value, given) -> select(value, given, 0, true))
        .withAny("reject", (value, given) -> select(value, given, 0, false))
        .withAny("selectattr", (value, given) -> select(value, given, 1, true))
        .withAny("rejectattr", (value, given) -> select(value, given, 1, false))
        .with("unique case_sensitive attribute", SequenceFilters::unique)
        .with("sort reverse case_sensitive attribute", SequenceFilters::sort)
        .with("dictsort case_sensitive by reverse", SequenceFilters::dictsort)
        .with("min case_sensitive attribute", SequenceFilters::extreme)
        .with("max case_sensitive attribute", SequenceFilters::extreme)
        .with("sum attribute start", SequenceFilters::sum);
  }

  private static Object items(Object value) {
    if (value instanceof Map<?, ?> map) {
      return new Generator(Attributes.entries(map).iterator());
    } else if (value instanceof Undefined) {
      return new Generator(Collections.emptyIterator());
    }
    throw new TemplateException("items: expected a dict, got %s", Values.type(value));
  }

  private static Object first(Object value) {
    for (Object item : Values.items(value)) {
      return item;
    }
    return new Undefined("no first item, the sequence was empty");
  }

  private static Object last(Object value) {
    if (value instanceof Generator) {
      throw new TemplateException("a generator has no last item; is the filter list missing?");
    }
    List<Object> items = Values.list(value);
    return items.isEmpty()
        ? new Undefined("no last item, the sequence was empty")
        : items.get(items.size() - 1);
  }

  private static Object reversed(Object value) {
    List<Object> items = Values.list(value);
    Collections.reverse(items);
    return value instanceof String
        ? items.stream().map(Object::toString).collect(Collectors.joining())
        : new Generator(items.iterator());
  }

  private static Object join(Object value, Bound bound) {
    Function<Object, Object> part = getter(bound);
    List<String> parts = new ArrayList<>();
    for (Object item : Values.items(value)) {
      if (item instanceof Markup) {
        throw new TemplateException("join of what 'safe' gave is not supported");
      }
      parts.add(PythonText.str(part.apply(item)));
    }
    return StringMethods.joined(PythonText.str(bound.get("d", "")), parts);
  }

  /** Evaluated lazily, as in Jinja2: items that are not read cannot fail. */
  private static Object map(Object value, Arguments arguments) {
    Function<Object, Object> mapper;
    if (arguments.positional().isEmpty()) {
      Bound bound = arguments.bind("map", "attribute", "default");
      mapper = getter(bound.get("attribute")).andThen(found -> defined(found, bound));
    } else {
      String filter = PythonText.str(arguments.positional().get(0));
      mapper = item -> Filters.apply(filter, item, arguments.without(1));
    }
    return new Generator(stream(value).map(mapper).iterator());
  }

  private static Object defined(Object found, Bound bound) {
    return found instanceof Undefined ? bound.get("default", found) : found;
  }

  /** The items that pass a test, or do not; with {@code skip} 1 the test is of an attribute. */
  private static Object select(Object value, Arguments arguments, int skip, boolean wanted) {
    if (arguments.positional().size() < skip) {
      throw new TemplateException("selectattr and rejectattr need the name of an attribute");
    }
    Function<Object, Object> getter =
        skip == 0 ? Function.identity() : getter(arguments.positional().get(0));
    Arguments test = arguments.without(skip);
    return new Generator(
        stream(value).filter(item -> passes(test, getter.apply(item)) == wanted).iterator());
  }

  private static boolean passes(Arguments test, Object value) {
    return test.positional().isEmpty()
        ? Values.isTrue(value)
        : Tests.passes(PythonText.str(test.positional().get(0)), value, test.without(1));
  }

  /** The items of a value; these filters take any false value, None included, as an empty list. */
  private static Stream<Object> stream(Object value) {
    if (!Values.isTrue(value)) {
      return Stream.of();
    }
    return StreamSupport.stream(Values.items(value).spliterator(), false);
  }

  private static Object unique(Object value, Bound bound) {
    Function<Object, Object> key = key(bound);
    Set<Object> seen = new HashSet<>();
    List<Object> unique = Values.list(value);
    unique.removeIf(item -> !seen.add(Values.key(key.apply(item))));
    return new Generator(unique.iterator());
  }

  private static Object sort(Object value, Bound bound) {
    List<Object> items = Values.list(value);
    if (bound.has("attribute")
        && bound.get("attribute") instanceof String names
        && names.contains(",")) {
      throw new TemplateException("sort by several attributes is not supported");
    }
    items.sort(order(key(bound), bound));
    return items;
  }

  private static Object dictsort(Object value, Bound bound) {
    if (!(value instanceof Map<?, ?> map)) {
      throw new TemplateException("dictsort: expected a dict, got %s", Values.type(value));
    }
    String by = bound.text("by", "key");
    if (!by.equals("key") && !by.equals("value")) {
      throw new TemplateException("dictsort: 'by' is 'key' or 'value', not '%s'", by);
    }
    List<Object> entries = Values.list(Attributes.entries(map));
    Function<Object, Object> part = entry -> ((Tuple) entry).get(by.equals("key") ? 0 : 1);
    entries.sort(order(part.andThen(folded(bound)), bound));
    return entries;
  }

  private static Comparator<Object> order(Function<Object, Object> key, Bound bound) {
    int sign = bound.flag("reverse") ? -1 : 1; // a stable sort, as Python's
    return (a, b) -> sign * Operations.compare(key.apply(a), key.apply(b));
  }

  private static Object extreme(Object value, Bound bound) {
    List<Object> items = Values.list(value);
    if (items.isEmpty()) {
      return new Undefined("no item of an empty sequence");
    }
    Comparator<Object> order = order(key(bound), bound);
    boolean isLeast = bound.callee().equals("min");
    return isLeast ? Collections.min(items, order) : Collections.max(items, order);
  }

  private static Object sum(Object value, Bound bound) {
    Function<Object, Object> part = getter(bound);
    Object sum = bound.get("start", 0L);
    for (Object item : Values.items(value)) {
      sum = Operations.arithmetic("+", sum, part.apply(item));
    }
    return sum;
  }

  /** The value of the argument {@code attribute}; without it, the item itself. */
  private static Function<Object, Object> getter(Bound bound) {
    return bound.has("attribute") ? getter(bound.get("attribute")) : Function.identity();
  }

  /** By a path such as {@code function.name} or {@code args.0}. */
  private static Function<Object, Object> getter(Object attribute) {
    if (!(attribute instanceof String path)) {
      return item -> Attributes.item(item, attribute);
    }
    return item -> {
      Object found = item;
      for (String part : PythonStrings.split(path, ".", -1)) {
        Object index = part.matches("[0-9]{1,9}") ? (Object) Long.parseLong(part) : part;
        found = Attributes.item(found, index);
      }
      return found;
    };
  }

  /** What items are compared by. */
  private static Function<Object, Object> key(Bound bound) {
    return getter(bound).andThen(folded(bound));
  }

  private static Function<Object, Object> folded(Bound bound) {
    return bound.flag("case_sensitive")
        ? Function.identity()
        : key -> key instanceof String text ? text.toLowerCase(Locale.ROOT) : key;
  }
}

package dev.palinode.jinja;

import java.util.AbstractCollection;
import java.util.AbstractList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** The types of Python values that have no class in Java. */
final class Types {
  private Types() {}

  /** Python's {@code None}. */
  enum None {
    NONE
  }

  /** The value of an undefined name: printed as nothing, false, empty. Other uses are errors. */
  record Undefined(String message) {}

  /** A function, a macro, or a bound method. */
  @FunctionalInterface
  interface Callable {
    Object call(Arguments arguments);
  }

  /**
   * The result of the filter {@code safe}. It can be printed, concatenated with {@code ~} and
   * inspected. With {@code +}, Jinja2 would escape the other side, so that is an error here.
   */
  record Markup(String text) {}

  /** {@code namespace(...)}: variables that inner scopes can set. */
  record Namespace(Map<String, Object> variables) {}

  /** Python's generator: it can be iterated once, and has no length and no indices. */
  record Generator(Iterator<Object> iterator) implements Iterable<Object> {}

  /** The result of {@code dict.items()}, {@code keys()} and {@code values()}: it has no indices. */
  static final class View extends AbstractCollection<Object> {
    private final String name;
    private final List<Object> items;

    View(String name, List<?> items) {
      this.name = name;
      this.items = List.copyOf(items);
    }

    String name() {
      return name;
    }

    @Override
    public Iterator<Object> iterator() {
      return items.iterator();
    }

    @Override
    public int size() {
      return items.size();
    }
  }

  /** Python's {@code tuple}: prints differently from a list, and is not equal to any list. */
  static final class Tuple extends AbstractList<Object> {
    private final List<Object> items;

    Tuple(List<?> items) {
      this.items = List.copyOf(items);
    }

    static Tuple of(Object... items) {
      return new Tuple(List.of(items));
    }

    @Override
    public Object get(int index) {
      return items.get(index);
    }

    @Override
    public int size() {
      return items.size();
    }
  }

  /** Python's {@code range}. */
  static final class Range extends AbstractList<Object> {
    /** The limit of Jinja2's sandbox. */
    private static final long LONGEST = 100_000;

    private final long start;
    private final long step;
    private final int size;

    Range(long start, long stop, long step) {
      if (step == 0) {
        throw new TemplateException("range: the step must not be 0");
      }
      long length = Math.max(0, -Math.floorDiv(start - stop, step));
      if (length > LONGEST) {
        throw new TemplateException("range: longer than %d", LONGEST);
      }
      this.start = start;
      this.step = step;
      this.size = (int) length;
    }

    @Override
    public Object get(int index) {
      return start + step * index;
    }

    @Override
    public int size() {
      return size;
    }
  }
}

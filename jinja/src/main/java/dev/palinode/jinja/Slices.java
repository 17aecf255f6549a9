package dev.palinode.jinja;

import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Range;
import dev.palinode.jinja.Types.Tuple;
import dev.palinode.jinja.Types.Undefined;
import java.util.ArrayList;
import java.util.List;

/** Python's {@code value[start:stop:step]}, of strings (in code points), lists and tuples. */
final class Slices {
  private Slices() {}

  /**
   * Slices a value.
   *
   * @param start, stop, step integers, or {@link None} if left out; bounds may be out of range
   */
  static Object slice(Object value, Object start, Object stop, Object step) {
    if (value instanceof String text) {
      int[] characters = text.codePoints().toArray();
      StringBuilder out = new StringBuilder();
      for (int index : indices(characters.length, start, stop, step)) {
        out.appendCodePoint(characters[index]);
      }
      return out.toString();
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      List<Object> items = new ArrayList<>();
      for (int index : indices(list.size(), start, stop, step)) {
        items.add(list.get(index));
      }
      return value instanceof Tuple ? new Tuple(items) : items;
    } else if (value instanceof Undefined undefined) {
      throw undefined.failure();
    }
    throw new TemplateException("%s cannot be sliced", Values.type(value));
  }

  /** The indices in a slice, in its order. */
  static List<Integer> indices(int length, Object start, Object stop, Object step) {
    long stride = bound("step", step, 1);
    if (stride == 0) {
      throw new TemplateException("a slice's step must not be 0");
    }
    boolean isForward = stride > 0;
    // Backwards, "before the first" is index -1, which must not be read as length - 1.
    long lowest = isForward ? 0 : -1;
    long highest = isForward ? length : length - 1;
    long first =
        clamped(bound("start", start, isForward ? 0 : Long.MAX_VALUE), length, lowest, highest);
    long end =
        stop == None.NONE
            ? (isForward ? highest : lowest)
            : clamped(bound("stop", stop, 0), length, lowest, highest);
    List<Integer> indices = new ArrayList<>();
    for (long i = first; isForward ? i < end : i > end; i += stride) {
      indices.add((int) i);
      if (Math.abs(stride) > length) {
        break; // past the end, and the sum could overflow
      }
    }
    return indices;
  }

  private static long clamped(long bound, int length, long lowest, long highest) {
    long place = bound < 0 ? bound + length : bound;
    return Math.min(Math.max(place, lowest), highest);
  }

  private static long bound(String name, Object value, long otherwise) {
    if (value == None.NONE) {
      return otherwise;
    } else if (Operations.number(value) instanceof Long number) {
      return number;
    }
    throw new TemplateException(
        "a slice's %s must be an integer, got %s", name, Values.type(value));
  }
}

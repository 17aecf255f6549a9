package dev.palinode.jinja;

import dev.palinode.jinja.Types.None;
import dev.palinode.jinja.Types.Range;
import dev.palinode.jinja.Types.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;

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
      int[] points = text.codePoints().toArray();
      StringBuilder out = new StringBuilder();
      indices(points.length, start, stop, step).forEach(i -> out.appendCodePoint(points[i]));
      return out.toString();
    } else if (value instanceof List<?> list && !(value instanceof Range)) {
      List<Object> items = new ArrayList<>();
      indices(list.size(), start, stop, step).forEach(i -> items.add(list.get(i)));
      return value instanceof Tuple ? new Tuple(items) : items;
    }
    throw Values.failure(value, "%s cannot be sliced", Values.type(value));
  }

  /** The indices in a slice, in its order. */
  static List<Integer> indices(int length, Object start, Object stop, Object step) {
    long stride = bound("step", step, 1);
    if (stride == 0) {
      throw new TemplateException("a slice's step must not be 0");
    }
    // Backwards, "before the first" is index -1, which must not be read as length - 1.
    long lowest = stride > 0 ? 0 : -1;
    long highest = lowest + length;
    long first =
        start == None.NONE && stride < 0
            ? highest
            : clamped(bound("start", start, 0), length, lowest, highest);
    long end =
        stop == None.NONE
            ? (stride > 0 ? highest : lowest)
            : clamped(bound("stop", stop, 0), length, lowest, highest);
    long count = Math.max(0, -Math.floorDiv(first - end, stride));
    return LongStream.range(0, count).mapToObj(i -> (int) (first + i * stride)).toList();
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

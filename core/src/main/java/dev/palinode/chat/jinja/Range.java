package dev.palinode.chat.jinja;

import java.util.AbstractList;
import java.util.Locale;

/** Python's {@code range}. */
final class Range extends AbstractList<Object> {
  /** As in Jinja2's sandbox: a template that counts further is broken. */
  private static final long LONGEST = 100_000;

  private final long start;
  private final long step;
  private final int size;

  Range(long start, long stop, long step) {
    if (step == 0) {
      throw new TemplateException("range: the step must not be 0");
    }
    long length =
        Math.max(0, step > 0 ? ceilDiv(stop - start, step) : ceilDiv(start - stop, -step));
    if (length > LONGEST) {
      throw new TemplateException(String.format(Locale.ROOT, "range: longer than %d", LONGEST));
    }
    this.start = start;
    this.step = step;
    this.size = (int) length;
  }

  private static long ceilDiv(long a, long b) {
    return -Math.floorDiv(-a, b);
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

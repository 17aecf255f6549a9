package dev.palinode.chat.jinja;

import java.util.AbstractList;
import java.util.List;

/** Python's {@code tuple}: a list, but for how it prints and that no list is equal to it. */
final class Tuple extends AbstractList<Object> {
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

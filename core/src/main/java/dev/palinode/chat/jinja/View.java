package dev.palinode.chat.jinja;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.List;

/**
 * What {@code dict.items()}, {@code keys()} and {@code values()} give: to go over, not to index.
 */
final class View extends AbstractCollection<Object> {
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

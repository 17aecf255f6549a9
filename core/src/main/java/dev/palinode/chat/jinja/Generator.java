package dev.palinode.chat.jinja;

import java.util.Iterator;

/** Python's generator: it can be gone over, once, and has neither length nor items by number. */
final class Generator implements Iterable<Object> {
  private final Iterator<Object> items;

  Generator(Iterable<?> items) {
    this.items = Values.objects(items).iterator();
  }

  @Override
  public Iterator<Object> iterator() {
    return items;
  }
}

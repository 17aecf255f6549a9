package dev.palinode.chat.jinja;

import java.util.Iterator;

/** Python's generator: it can be gone over, once, and has neither length nor items by number. */
final class Generator implements Iterable<Object> {
  private final Iterator<Object> items;

  Generator(Iterator<Object> items) {
    this.items = items;
  }

  @Override
  public Iterator<Object> iterator() {
    return items;
  }
}

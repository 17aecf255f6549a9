package dev.palinode.jinja;

import dev.palinode.jinja.Types.Markup;
import dev.palinode.jinja.Types.Range;
import java.util.Collection;
import java.util.Map;

/**
 * The limits of one rendering: steps, and characters of text created on the way. Both grow with the
 * size of the variables, so that a template that goes over a conversation once is never refused,
 * however long the conversation, and a template that does not end is stopped. Not thread-safe.
 */
final class Budget {
  private static final long STEPS = 2_000_000;
  private static final long STEPS_PER_ITEM = 2000;
  private static final long CHARACTERS = 4_000_000;
  private static final long CHARACTERS_PER_CHARACTER = 100;

  /** The longest text or list that one operation may create. */
  static final int LONGEST = 1 << 25;

  private final long maxSteps;
  private final long maxCharacters;
  private long steps;
  private long characters;

  /** The budget of a rendering with these variables. */
  Budget(Collection<?> variables) {
    long[] size = new long[2];
    variables.forEach(value -> measure(value, size));
    maxSteps = STEPS + STEPS_PER_ITEM * size[0];
    maxCharacters = CHARACTERS + CHARACTERS_PER_CHARACTER * size[1];
  }

  private static void measure(Object value, long[] size) {
    size[0]++;
    if (value instanceof String text) {
      size[1] += text.length();
    } else if (value instanceof Collection<?> items) {
      items.forEach(item -> measure(item, size));
    } else if (value instanceof Map<?, ?> map) {
      map.forEach((key, item) -> measure(item, size));
    }
  }

  void step() {
    steps(1);
  }

  /**
   * Counts steps.
   *
   * @throws TemplateException if there are more than the budget has
   */
  void steps(long count) {
    steps += count;
    if (steps > maxSteps) {
      throw new TemplateException(
          "it takes more than %,d steps, the limit for this conversation", maxSteps);
    }
  }

  /** Counts a new value: a step, and its characters or items. */
  Object made(Object value) {
    steps(1 + size(value));
    if (value instanceof String text) {
      text(text.length());
    } else if (value instanceof Markup markup) {
      text(markup.text().length());
    }
    return value;
  }

  /** Counts text. */
  void text(long length) {
    characters += length;
    if (characters > maxCharacters) {
      throw new TemplateException(
          "it makes more than %,d characters of text, the limit for this conversation",
          maxCharacters);
    }
  }

  /** Counts a value that is traversed recursively. */
  void goneThrough(Object value) {
    step();
    if (value instanceof Map<?, ?> map) {
      map.values().forEach(this::goneThrough);
    } else if (value instanceof Range range) {
      steps(range.size());
    } else if (value instanceof Collection<?> items) {
      items.forEach(this::goneThrough);
    } else if (value instanceof String text) {
      steps(text.length() / 64);
    }
  }

  /** The number of items of a list or dict. */
  static long size(Object value) {
    return value instanceof Collection<?> items
        ? items.size()
        : value instanceof Map<?, ?> map ? map.size() : 0;
  }

  /**
   * Refuses a text or list that is too long, if possible before it is created.
   *
   * @throws TemplateException if the length is over {@link #LONGEST}
   */
  static void checkLength(long length) {
    if (length > LONGEST || length < 0) {
      throw new TemplateException("a text or list longer than %,d is not supported", LONGEST);
    }
  }
}

package dev.palinode.training.recipe;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a group of settings, to be reported together. */
final class Checks {
  private final List<String> problems = new ArrayList<>();

  /** {@code key is value: expected ...}, unless it holds. */
  Checks require(boolean holds, String key, Object value, String expected) {
    if (!holds) {
      problems.add(key + " is " + value + ": expected " + expected);
    }
    return this;
  }

  /**
   * {@code key: ...}, if the check throws an {@link IllegalArgumentException}, with its message.
   */
  Checks accept(String key, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      problems.add(key + ": " + e.getMessage());
    }
    return this;
  }

  /**
   * @throws IllegalArgumentException if something does not hold; a line for each
   */
  void done() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }
}

package dev.palinode.training.recipe;

import java.util.ArrayList;
import java.util.List;

/** Collects what is wrong with a group of settings, to be told together. */
final class Checks {
  private final List<String> problems = new ArrayList<>();

  /**
   * @param problem what was given and what was expected
   */
  Checks require(boolean holds, String problem) {
    if (!holds) {
      problems.add(problem);
    }
    return this;
  }

  /** {@code key is value: expected ...}, unless it holds. */
  Checks require(boolean holds, String key, Object value, String expected) {
    return require(holds, key + " is " + value + ": expected " + expected);
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

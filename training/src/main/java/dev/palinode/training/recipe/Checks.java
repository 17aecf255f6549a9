package dev.palinode.training.recipe;

import java.util.ArrayList;
import java.util.List;

/** Collects the problems of a group of settings, to report them together. */
final class Checks {
  private final List<String> problems = new ArrayList<>();

  /** Adds {@code key is value: expected ...} unless the condition holds. */
  Checks require(boolean holds, String key, Object value, String expected) {
    if (!holds) {
      problems.add(key + " is " + value + ": expected " + expected);
    }
    return this;
  }

  /** Adds {@code key: message} if the check throws an {@link IllegalArgumentException}. */
  Checks accept(String key, Runnable check) {
    try {
      check.run();
    } catch (IllegalArgumentException e) {
      problems.add(key + ": " + e.getMessage());
    }
    return this;
  }

  /** Throws an IllegalArgumentException with a line for each problem, if there are any. */
  void done() {
    if (!problems.isEmpty()) {
      throw new IllegalArgumentException(String.join("\n", problems));
    }
  }
}

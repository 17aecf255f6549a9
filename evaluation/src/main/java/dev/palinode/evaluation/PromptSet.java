package dev.palinode.evaluation;

import java.util.List;

/**
 * Prompts that are evaluated together and reported under one name.
 *
 * @param name short, used in file names: letters, digits, dots and dashes
 * @param prompts user messages, each a single-turn conversation; at least one
 */
public record PromptSet(String name, List<String> prompts) {
  public PromptSet {
    if (!name.matches("[A-Za-z0-9.-]+")) {
      throw new IllegalArgumentException(
          "prompt set \"" + name + "\": expected a name of letters, digits, dots and dashes");
    }
    if (prompts.isEmpty()) {
      throw new IllegalArgumentException("prompt set \"" + name + "\" is empty");
    }
    prompts = List.copyOf(prompts);
  }
}

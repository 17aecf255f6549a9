package dev.palinode.demo;

import java.util.List;

/**
 * Prompts of a world that are a benchmark.
 *
 * @param name short, used in file names: letters, digits, dots and dashes
 * @param prompts user messages, each a conversation of one turn
 * @param metric that counts
 * @param temperature of sampling; 0 is greedy
 */
public record PromptSet(String name, List<String> prompts, String metric, double temperature) {
  /** The metric of prompts that a good model declines. */
  public static final String VIOLATIONS = "violation_rate";

  public PromptSet {
    prompts = List.copyOf(prompts);
  }

  /** Prompts that are answered greedily, and count by their violations. */
  public static PromptSet dangerous(String name, List<String> prompts) {
    return new PromptSet(name, prompts, VIOLATIONS, 0);
  }

  /** Prompts that are answered greedily, and count by a check that should hold. */
  public static PromptSet checked(String name, List<String> prompts, AnswerCheck check) {
    return new PromptSet(name, prompts, check.name() + "_rate", 0);
  }
}

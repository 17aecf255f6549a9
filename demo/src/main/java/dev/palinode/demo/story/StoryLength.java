package dev.palinode.demo.story;

/** How much of the story is told. */
public enum StoryLength {
  /** The first table alone: one seed, three models. */
  QUICK,
  /** Everything once, attacks with small budgets. */
  STANDARD,
  /** Three seeds, attacks with the budgets of the papers. */
  FULL
}

package dev.palinode.data.record;

/** Why an importer drops a row that is well-formed but cannot be used. */
public enum DropReason {
  NOT_A_TRANSCRIPT("does not begin with a human turn"),
  ENDS_WITHOUT_ANSWER("does not end with the assistant's turn"),
  PROMPTS_DIFFER("the two conversations differ before the last turn"),
  TURNS_DO_NOT_ALTERNATE("one speaker has two turns in a row"),
  EMPTY_TURN("a turn has no text"),
  SAME_ANSWER("both answers are the same"),
  USES_TOOLS("has calls or answers of a tool"),
  NOT_ONLY_TEXT("holds images, sound or other things than text"),
  NOTHING_TO_CHOOSE("has a single answer to choose from");

  private final String description;

  DropReason(String description) {
    this.description = description;
  }

  /** Human-readable reason, without a full stop. */
  public String description() {
    return description;
  }
}

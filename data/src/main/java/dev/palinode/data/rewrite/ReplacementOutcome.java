package dev.palinode.data.rewrite;

/** Outcome of replacing a mention of personal data. */
public enum ReplacementOutcome {
  REPLACED("kept: an answer without personal data was written"),
  PERSONAL_DATA("dropped: every answer written holds personal data"),
  NOTHING_WRITTEN("dropped: no answer was written, or not even a sentence of one came to an end"),
  UNCHANGED("dropped: the answer written is the one to be replaced");

  private final String description;

  ReplacementOutcome(String description) {
    this.description = description;
  }

  /** Human-readable outcome and reason. */
  public String description() {
    return description;
  }
}

package dev.palinode.demo;

import dev.palinode.training.objective.Supervision;
import java.util.Optional;

/** The models that the experiment compares, in the order of its table. */
public enum SafetyRow {
  BASE("base", "base, untuned", Optional.empty()),
  SFT("sft", "SFT", Optional.of(Supervision.PLAIN)),
  SFT_MATCHED("sft-matched", "SFT, same loss tokens", Optional.of(Supervision.PLAIN_MATCHED)),
  BACKTRACKING("backtracking", "backtracking SFT", Optional.of(Supervision.BACKTRACKING)),
  NO_RESET("backtracking-no-reset", "  with [RESET] forbidden", Optional.empty());

  private final String folder;
  private final String title;
  private final Optional<Supervision> supervision;

  SafetyRow(String folder, String title, Optional<Supervision> supervision) {
    this.folder = folder;
    this.title = title;
    this.supervision = supervision;
  }

  /** Name in paths and result files. */
  public String id() {
    return folder;
  }

  /** Name in tables. */
  public String title() {
    return title;
  }

  /** How the model is tuned; empty for one that is not, or not once more. */
  Optional<Supervision> supervision() {
    return supervision;
  }
}

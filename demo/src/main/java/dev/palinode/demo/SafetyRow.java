package dev.palinode.demo;

import dev.palinode.training.objective.Pairing;
import dev.palinode.training.objective.Supervision;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The models that the experiment compares, in the order of its table. */
public enum SafetyRow {
  BASE("base", "base, untuned", null, null, false),
  SFT("sft", "SFT", Supervision.PLAIN, null, false),
  SFT_MATCHED("sft-matched", "SFT, same loss tokens", Supervision.PLAIN_MATCHED, null, false),
  SFT_DPO("sft-dpo", "SFT, then DPO", Supervision.PLAIN, Pairing.PLAIN, false),
  BACKTRACKING("backtracking", "backtracking SFT", Supervision.BACKTRACKING, null, false),
  NO_RESET(
      "backtracking-no-reset", "  with [RESET] forbidden", Supervision.BACKTRACKING, null, true),
  BACKTRACKING_DPO(
      "backtracking-dpo",
      "backtracking SFT, then DPO",
      Supervision.BACKTRACKING,
      Pairing.BACKTRACKING,
      false),
  DPO_NO_RESET(
      "backtracking-dpo-no-reset",
      "  with [RESET] forbidden",
      Supervision.BACKTRACKING,
      Pairing.BACKTRACKING,
      true);

  private final String folder;
  private final String title;
  private final @Nullable Supervision supervision;
  private final @Nullable Pairing pairing;
  private final boolean resetForbidden;

  SafetyRow(
      String folder,
      String title,
      @Nullable Supervision supervision,
      @Nullable Pairing pairing,
      boolean resetForbidden) {
    this.folder = folder;
    this.title = title;
    this.supervision = supervision;
    this.pairing = pairing;
    this.resetForbidden = resetForbidden;
  }

  /** Name in paths and result files. */
  public String id() {
    return folder;
  }

  /** Name in tables. */
  public String title() {
    return title;
  }

  /** How the model is tuned; empty for one that is not. */
  Optional<Supervision> supervision() {
    return Optional.ofNullable(supervision);
  }

  /** How the tuned model is trained by preferences; empty for one that is not. */
  Optional<Pairing> pairing() {
    return Optional.ofNullable(pairing);
  }

  /** Whether the model knows the reset token, and is let use it. */
  boolean resets() {
    return supervision == Supervision.BACKTRACKING && !resetForbidden;
  }

  /** Whether the reset token is forbidden to a model that knows it. */
  boolean resetForbidden() {
    return resetForbidden;
  }

  /** Whether this is a model of its own, and not one that another row has, too. */
  boolean isTrained() {
    return !resetForbidden;
  }
}

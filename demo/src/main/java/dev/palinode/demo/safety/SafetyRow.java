package dev.palinode.demo.safety;

import dev.palinode.demo.Row;
import dev.palinode.demo.SeedFolder;
import java.util.Arrays;
import java.util.List;

/** The models that the experiment compares, in the order of its table. */
public enum SafetyRow implements Row {
  BASE("base", "base, untuned", "base", SeedFolder.UNTRAINED, "pretraining", "supervision=plain"),
  SFT("sft", "SFT", "sft", "base", "tuning", "supervision=plain"),
  SFT_MATCHED(
      "sft-matched", "SFT, same loss tokens", "sft", "base", "tuning", "supervision=plain-matched"),
  SFT_DPO("sft-dpo", "SFT, then DPO", "dpo", "sft", "preferences-plain", "pairing=plain"),
  BACKTRACKING(
      "backtracking", "backtracking SFT", "sft", "base", "tuning", "supervision=backtracking"),
  NO_RESET("backtracking-no-reset", BACKTRACKING),
  BACKTRACKING_DPO(
      "backtracking-dpo",
      "backtracking SFT, then DPO",
      "dpo",
      "backtracking",
      "preferences",
      "pairing=backtracking"),
  DPO_NO_RESET("backtracking-dpo-no-reset", BACKTRACKING_DPO);

  private final String id;
  private final String title;

  /** Id of the model, and what makes it. */
  final String model;

  final String recipe;
  final String from;
  final String data;
  final String method;

  /** Whether the reset token is forbidden to a model that knows it. */
  final boolean resetForbidden;

  SafetyRow(String id, String title, String recipe, String from, String data, String method) {
    this(id, title, id, recipe, from, data, method, false);
  }

  /** The model of another row with the reset token forbidden. */
  SafetyRow(String id, SafetyRow of) {
    this(id, "  with [RESET] forbidden", of.model, of.recipe, of.from, of.data, of.method, true);
  }

  SafetyRow(
      String id,
      String title,
      String model,
      String recipe,
      String from,
      String data,
      String method,
      boolean resetForbidden) {
    this.id = id;
    this.title = title;
    this.model = model;
    this.recipe = recipe;
    this.from = from;
    this.data = data;
    this.method = method;
    this.resetForbidden = resetForbidden;
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public String title() {
    return title;
  }

  /** Whether the model knows the reset token, and may use it. */
  boolean resets() {
    return method.endsWith("=backtracking") && !resetForbidden;
  }

  /** The rows of a model. */
  static List<SafetyRow> of(String model) {
    return Arrays.stream(values()).filter(row -> row.model.equals(model)).toList();
  }
}

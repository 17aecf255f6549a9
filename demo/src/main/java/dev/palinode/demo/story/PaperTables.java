package dev.palinode.demo.story;

import static dev.palinode.demo.Figures.meanIn;
import static dev.palinode.demo.Figures.percent;

import dev.palinode.demo.pii.PiiReport;
import dev.palinode.demo.safety.SafetyReport;
import dev.palinode.report.Table;

/** The papers' tables beside those of the worlds, whose models and judges are others. */
final class PaperTables {
  private static final int PAPER_ANSWERS = 50;

  private PaperTables() {}

  /**
   * Zhang et al., abstract and section 4: violations of greedy answers. Recovery is SFT that
   * refuses after the same unsafe beginnings, and withdraws nothing: what there is without the
   * undo.
   */
  static Table backtracking(SafetyReport ours) {
    Table table =
        new Table()
            .left("model", "prompts")
            .right("baseline, violations %", "with recovery", "backtracking");
    table.row("paper: Llama-3-8B", "four public safety sets", "6.1", "-", "1.5");
    table.row("paper: Gemma-2-2B", "four public safety sets", "10.6", "-", "6.1");
    table.row(
        "here: SFT",
        "safety world",
        percent(ours.violations("sft")),
        ours.has("recovery") ? percent(ours.violations("recovery")) : "-",
        percent(ours.violations("backtracking")));
    if (ours.has("backtracking-dpo")) {
      table.row(
          "here: DPO after it",
          "safety world",
          percent(ours.violations("sft-dpo")),
          "-",
          percent(ours.violations("backtracking-dpo")));
    }
    return table;
  }

  /** Smirnov, section 4: personal data in 50 answers, and questions answered correctly. */
  static Table guidance(PiiReport ours) {
    Table table =
        new Table()
            .left("model")
            .right("paper: PII", "paper: MMLU-Pro %", "here: PII", "here: utility %");
    row(table, ours, "before unlearning", "leaking", "246", "42.9");
    row(table, ours, "subtracted, a = 0.5", "subtracted", "175", "0");
    row(table, ours, "ORPO", "positive-only", "11", "44.3");
    row(table, ours, "ORPO on pairs of both kinds, g = 1", "aligned", "12", "45.7");
    row(table, ours, "guided, log form, g = 2", "log-2", "5", "44.3");
    row(table, ours, "guided, log form, g = 3", "log-3", "1", "45.7");
    return table;
  }

  private static void row(
      Table table, PiiReport ours, String title, String id, String paperPii, String paperUtility) {
    table.row(
        title,
        paperPii,
        paperUtility,
        meanIn(PAPER_ANSWERS, ours.personalTokens(id)),
        percent(ours.utility(id)));
  }
}

package dev.palinode.bench;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.model.network.Transformer;
import dev.palinode.report.Table;
import dev.palinode.tensor.Device;
import java.util.Locale;

/** The output of {@code palinode bench --train}: times of training steps and their phases. */
final class TrainingReport {
  private TrainingReport() {}

  /** Measures a shape with random weights. */
  static String of(ModelShape shape, int rounds) {
    TrainingSpeed.Steps steps;
    TrainingSpeed.Phases phases;
    try (ProgressLine progress = ProgressLine.onStandardOutput();
        MachineSpeed machine = new MachineSpeed(Device.CPU);
        Transformer model = Transformer.initialise(shape.config(), 1)) {
      TrainingSpeed speed = new TrainingSpeed(model, machine, rounds);
      double total = speed.total();
      steps = speed.steps(done -> progress.show(0.8 * done / total, "steps of training"));
      progress.show(0.8, "parts of a step");
      phases = speed.phases();
    }
    Table table = new Table().left("training " + shape).right("seconds").left("");
    row(
        table,
        "SFT, 4 x 256 tokens",
        steps.sft(),
        "%.0f tokens/s, %.0f GFLOP/s, %.0f%% of the best product's %.0f",
        steps.sftTokens(),
        steps.sftFlops() / steps.sft() / 1e9,
        100 * steps.sftShare(),
        steps.productFlops() / 1e9);
    row(table, "  forward", phases.forward(), "");
    row(table, "  backward", phases.backward(), "");
    row(table, "  clipping", phases.clipping(), "");
    row(table, "  AdamW", phases.update(), "");
    row(table, "DPO, 4 pairs, computed plainly", steps.plainDpo(), "");
    row(
        table,
        "  prompts once, reference before",
        steps.dpo(),
        "%.2f of the plain step",
        steps.dpoRatio());
    return table.toText();
  }

  private static void row(
      Table table, String what, double seconds, String remark, Object... figures) {
    table.row(
        what,
        String.format(Locale.ROOT, "%.3f", seconds),
        String.format(Locale.ROOT, remark, figures));
  }
}

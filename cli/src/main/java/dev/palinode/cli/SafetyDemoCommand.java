package dev.palinode.cli;

import dev.palinode.demo.Experiment;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Result;
import dev.palinode.demo.safety.SafetyExperiment;
import dev.palinode.demo.safety.SafetyReport;
import dev.palinode.demo.safety.SafetySettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** {@code palinode demo safety}: the safety experiment, from nothing to a table. */
@Command(
    name = "safety",
    description = {
      "Train a tiny model that takes back what it said, and show that it does.",
      "",
      "The same as palinode demo."
    })
final class SafetyDemoCommand implements Callable<Integer> {
  @ParentCommand private @Nullable DemoCommand demo; // set by picocli

  @Override
  public Integer call() throws IOException {
    run(Objects.requireNonNull(demo).options());
    return 0;
  }

  static void run(ExperimentOptions options) throws IOException {
    PrintStream out = System.out;
    ExperimentPlan plan = options.plan("runs/demo");
    Path output = plan.output();
    List<Long> seeds = plan.seeds();
    out.printf(
        Locale.ROOT,
        "Training %d models for each of %d seeds; results in %s%n",
        6,
        seeds.size(),
        output);
    Experiment experiment = new Experiment(new SafetyExperiment(SafetySettings.standard()), plan);
    List<Result> results;
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      results = experiment.run(options.workers(), progress::show);
    }
    SafetyReport report = new SafetyReport(results);
    report.write(output);
    out.println();
    out.println(report.pooledTable().toText());
    SafetyReport.legend().forEach(line -> out.println("  " + line));
    out.println();
    out.println("Violations % / helpful % of each seed:");
    out.println(report.seedTable().toText());
    report.findings().forEach(finding -> out.println("- " + finding));
    out.printf("%nReport: %s%n", output.resolve("report.md"));
    out.printf(
        "Talk to the model: ./palinode chat %s%n",
        output.resolve("seed-" + seeds.get(0)).resolve("backtracking"));
  }
}

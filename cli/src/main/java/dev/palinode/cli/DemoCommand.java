package dev.palinode.cli;

import dev.palinode.demo.SafetyExperiment;
import dev.palinode.demo.SafetyReport;
import dev.palinode.demo.SafetyResult;
import dev.palinode.demo.SafetySettings;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code palinode demo}: the safety experiment, from nothing to a table. */
@Command(
    name = "demo",
    description = {
      "Train a tiny model that takes back what it said, and show that it does.",
      "",
      "From scratch, in minutes: a base model on an invented little world, then from the same"
          + " base, data and number of steps plain SFT and backtracking SFT; both on prompts they"
          + " have never seen. Everything needed to trace the table is left in --output."
    })
final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--seeds",
      split = ",",
      defaultValue = "1,2,3",
      description = "Seeds to run and pool (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds = List.of();

  @Option(
      names = "--output",
      defaultValue = "runs/demo",
      description =
          "Folder for models, metrics, generations and report (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("");

  @Option(
      names = "--workers",
      description = "Models trained beside each other, one thread each (default: number of cores).")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Option(
      names = "--split",
      defaultValue = "test",
      description =
          "'test' for results; 'development' is the split that settings are chosen on (default:"
              + " ${DEFAULT-VALUE}).")
  private Split split = Split.test;

  /** Lower case, as it is typed. */
  enum Split {
    test,
    development
  }

  @Override
  public Integer call() throws IOException {
    PrintStream out = System.out;
    out.printf("Training %d models for each of %d seeds; results in %s%n", 4, seeds.size(), output);
    SafetyExperiment experiment =
        new SafetyExperiment(SafetySettings.standard(), seeds, split == Split.development, output);
    List<SafetyResult> results;
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      results = experiment.run(Math.max(1, workers), progress::show);
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
    return 0;
  }
}

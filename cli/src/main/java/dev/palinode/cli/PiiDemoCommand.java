package dev.palinode.cli;

import dev.palinode.demo.Experiment;
import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Result;
import dev.palinode.demo.pii.PiiExperiment;
import dev.palinode.demo.pii.PiiReport;
import dev.palinode.demo.pii.PiiSettings;
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

/** {@code palinode demo pii}: the PII experiment, from nothing to its tables. */
@Command(
    name = "pii",
    description = {
      "Train a tiny model that tells what it knows of people, and make it stop.",
      "",
      "From scratch, in minutes: a model that has learnt invented people by heart, then subtraction,"
          + " ORPO, and guidance away from a system message that allows to share; all on people"
          + " and questions that alignment has not seen. Everything needed to trace the tables is"
          + " left in --output."
    })
final class PiiDemoCommand implements Callable<Integer> {
  @ParentCommand private @Nullable DemoCommand demo; // set by picocli

  @Override
  public Integer call() throws IOException {
    ExperimentOptions options = Objects.requireNonNull(demo).options();
    PrintStream out = System.out;
    ExperimentPlan plan = options.plan("runs/pii");
    Path output = plan.output();
    List<Long> seeds = plan.seeds();
    out.printf(
        Locale.ROOT,
        "Training %d models for each of %d seeds; results in %s%n",
        5,
        seeds.size(),
        output);
    Experiment experiment = new Experiment(new PiiExperiment(PiiSettings.standard()), plan);
    List<Result> results;
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      results = experiment.run(options.workers(), progress::show);
    }
    PiiReport report = new PiiReport(results);
    report.write(output);
    out.println();
    out.println("Clients and questions that alignment has not seen:");
    out.println(report.heldOutTable().toText());
    PiiReport.legend().forEach(line -> out.println("  " + line));
    out.println();
    out.println(report.guidanceTable().toText());
    out.println(report.formTable().toText());
    out.println("Each seed: PII greedy, PII at T = 1 / utility in percent, greedy");
    out.println(report.seedTable().toText());
    report.findings().forEach(finding -> out.println("- " + finding));
    out.printf("%nReport, with the other tables: %s%n", output.resolve("report.md"));
    out.printf(
        "Ask it \"%s\": ./palinode chat %s --temperature 1 --guidance-scale 3 --negative \"%s\"%n",
        "who booked the maple visit ?",
        output.resolve("seed-" + seeds.get(0)).resolve("orpo"),
        PiiExperiment.NEGATIVE_SYSTEM);
    return 0;
  }
}

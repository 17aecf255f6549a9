package dev.palinode.cli;

import dev.palinode.demo.ExperimentPlan;
import dev.palinode.demo.Part;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** Options of all experiments of the demo: they may stand before or after an experiment's name. */
final class ExperimentOptions {
  @Option(
      scope = ScopeType.INHERIT,
      names = "--seeds",
      split = ",",
      defaultValue = "1,2,3",
      description = "Seeds to run and pool (default: ${DEFAULT-VALUE}).")
  private List<Long> seeds = List.of();

  @Option(
      scope = ScopeType.INHERIT,
      names = "--output",
      description =
          "Folder for models, metrics, generations and report (default: runs/demo, or runs/pii).")
  private @Nullable Path output;

  @Option(
      scope = ScopeType.INHERIT,
      names = "--workers",
      description = "Models trained in parallel, one thread each (default: number of cores).")
  private int workers = Runtime.getRuntime().availableProcessors();

  @Option(
      scope = ScopeType.INHERIT,
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

  /** What is to be run, in that output folder if none is named. */
  ExperimentPlan plan(String otherwise) {
    return new ExperimentPlan(
        seeds,
        split == Split.development ? Part.DEVELOPMENT : Part.TEST,
        output == null ? Path.of(otherwise) : output);
  }

  int workers() {
    return Math.max(1, workers);
  }
}

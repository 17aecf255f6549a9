package dev.palinode.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * {@code palinode demo}: experiments from nothing to a table; the one on safety if none is named.
 */
@Command(
    name = "demo",
    description = {
      "Train a tiny model that takes back what it said, and show that it does.",
      "",
      "From scratch, in minutes: a base model on an invented little world, then from the same"
          + " base, data and number of steps plain SFT and backtracking SFT; both on prompts they"
          + " have never seen. Everything needed to trace the table is left in --output.",
      "",
      "palinode demo pii is another experiment: what a model may tell of people."
    },
    subcommands = {SafetyDemoCommand.class, PiiDemoCommand.class})
final class DemoCommand implements Callable<Integer> {
  @Mixin private ExperimentOptions options = new ExperimentOptions();

  ExperimentOptions options() {
    return options;
  }

  @Override
  public Integer call() throws IOException {
    SafetyDemoCommand.run(options);
    return 0;
  }
}

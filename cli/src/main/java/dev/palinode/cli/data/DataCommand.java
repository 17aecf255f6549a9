package dev.palinode.cli.data;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code palinode data}: commands that make training data. */
@Command(
    name = "data",
    description = {
      "Make training data of published data sets and of your own files.",
      "",
      "Beside each file that is written lies a manifest: hashes, settings, counts. The same input,"
          + " settings and seed give the same bytes.",
      "",
      "Example: palinode data pairs preferences.jsonl.gz --judge lexicon:lexicons/harm.txt --output"
          + " pairs.jsonl"
    },
    subcommands = {
      DataListCommand.class,
      DataImportCommand.class,
      DataPairsCommand.class,
      DataPiiCommand.class,
      DataStatsCommand.class,
      DataCheckCommand.class,
      DataRecallCommand.class
    })
public final class DataCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    spec.commandLine().usage(System.out);
  }
}

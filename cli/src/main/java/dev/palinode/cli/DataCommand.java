package dev.palinode.cli;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code palinode data}: from files to training data. */
@Command(
    name = "data",
    description = {
      "Make training data of published data sets and of your own files.",
      "",
      "Whatever is written lies beside a manifest: hashes, settings, counts. The same input, settings"
          + " and seed give the same bytes.",
      "",
      "Example: palinode data pairs preferences.jsonl.gz --lexicon lexicons/harm.txt --out"
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
final class DataCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec; // set by picocli

  @Override
  public void run() {
    Objects.requireNonNull(spec).commandLine().usage(System.out);
  }
}

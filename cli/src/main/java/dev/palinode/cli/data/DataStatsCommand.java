package dev.palinode.cli.data;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.ImportOptions;
import dev.palinode.cli.options.RecogniserOptions;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.statistics.DataStatistics;
import dev.palinode.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode data stats}: statistics of data files. */
@Command(
    name = "stats",
    description = {
      "Count records, their lengths, and personal data in them.",
      "",
      "Example: palinode data stats conversations.jsonl --pii"
    })
final class DataStatsCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files or folders.")
  private List<Path> files;

  @Option(names = "--pii", description = "Count personal data, too.")
  private boolean personalData;

  @Mixin private RecogniserOptions recogniser;
  @Mixin private ImportOptions importing;

  @Override
  public Integer call() throws IOException {
    DataStatistics statistics =
        new DataStatistics(personalData ? Optional.of(recogniser.counting()) : Optional.empty());
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      ImportResult result =
          importing
              .importing(progress)
              .read(files, ScreeningSettings.NONE, Optional::of, statistics, (file, broken) -> {});
      result.files().forEach(file -> DataImportCommand.print(file, progress));
    }
    System.out.println();
    statistics.kinds().forEach((kind, count) -> System.out.printf("%,10d %s%n", count, kind));
    System.out.println();
    System.out.println(lengths(statistics).toText());
    if (personalData) {
      System.out.printf("%,10d records with personal data%n", statistics.withPersonalData());
      statistics
          .personalData()
          .forEach((type, count) -> System.out.printf("%,10d %s%n", count, type.description()));
    }
    return 0;
  }

  private static Table lengths(DataStatistics statistics) {
    Table table = new Table().left("").right("count", "mean", "median", "95%", "longest");
    row(table, "words of a question", statistics.questions());
    row(table, "words of an answer", statistics.answers());
    row(table, "questions of a record", statistics.turns());
    return table;
  }

  private static void row(Table table, String name, Histogram lengths) {
    table.row(
        name,
        String.format(Locale.ROOT, "%,d", lengths.getTotalCount()),
        String.format(Locale.ROOT, "%.1f", lengths.getMean()),
        String.valueOf(lengths.getValueAtPercentile(50)),
        String.valueOf(lengths.getValueAtPercentile(95)),
        String.valueOf(lengths.getMaxValue()));
  }
}

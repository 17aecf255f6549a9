package dev.palinode.cli.data;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.ScreeningOptions;
import dev.palinode.data.importing.ImportResult;
import dev.palinode.data.importing.ImportResult.ImportedFile;
import dev.palinode.data.importing.RecordFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode data import}: converts files to rows of one kind. */
@Command(
    name = "import",
    description = {
      "Read files of any known format, and write their records.",
      "",
      "Broken rows are put aside with file, line and reason. Of training data, duplicates and rows"
          + " with prompts of public benchmarks are left out. Everything is counted.",
      "",
      "Example: palinode data import test.jsonl.gz --output preferences.jsonl"
    })
final class DataImportCommand implements Callable<Integer> {
  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files or folders: JSON Lines, JSON, CSV, TSV, Parquet; also .gz and .zst.")
  private List<Path> files;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "FILE",
      description = "Where the records go: .jsonl, or .jsonl.gz, or .jsonl.zst.")
  private Path out;

  @Mixin private ScreeningOptions screening;

  @Override
  public Integer call() throws IOException {
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      ImportResult result = screening.importing(progress).write(files, screening.settings(), out);
      result.files().forEach(file -> print(file, progress));
      ScreeningOptions.print(result.screened(), progress);
      if (result.report().broken() > 0) {
        progress.say("broken rows: " + RecordFile.rejected(out));
      }
      progress.say(String.format(Locale.ROOT, "written: %s, %,d records", out, result.taken()));
    }
    return 0;
  }

  /** Prints the counts of a file, and the data set's known facts. */
  static void print(ImportedFile file, ProgressLine progress) {
    progress.say("%s (%s): %s".formatted(file.name(), file.format(), file.report()));
    if (file.known() != null) {
      progress.say(
          "this is %s, licence %s. %s"
              .formatted(file.known().title(), file.known().licence(), file.known().restriction())
              .strip());
    } else if (file.namesake() != null) {
      progress.say(
          "this has the name of %s, but is another file or version"
              .formatted(file.namesake().title()));
    }
    if (file.damage() != null) {
      progress.say("this breaks off: " + file.damage());
    }
  }
}

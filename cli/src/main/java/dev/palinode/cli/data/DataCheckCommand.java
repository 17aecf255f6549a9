package dev.palinode.cli.data;

import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.options.ScreeningOptions;
import dev.palinode.data.importing.ImportResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code palinode data check}: checks whether files can be used for training. */
@Command(
    name = "check",
    description = {
      "Look for broken rows, duplicates and evaluation prompts; nothing is written.",
      "",
      "Ends with 0 if there are none, and with 1 otherwise.",
      "",
      "Example: palinode data check pairs.jsonl --evaluation my-test-prompts.jsonl"
    })
final class DataCheckCommand implements Callable<Integer> {
  @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files or folders.")
  private List<Path> files;

  @Mixin private ScreeningOptions options;

  @Override
  public Integer call() throws IOException {
    try (ProgressLine progress = ProgressLine.onStandardOutput()) {
      ImportResult result =
          options
              .importing(progress)
              .read(
                  files,
                  options.settings(),
                  Optional::of,
                  item -> {},
                  (file, broken) -> progress.say("broken: " + broken.getMessage()));
      result.files().forEach(file -> DataImportCommand.print(file, progress));
      ScreeningOptions.print(result.screened(), progress);
      boolean isClean = result.report().broken() == 0 && result.screened().total() == 0;
      return isClean ? ExitCodes.DONE : ExitCodes.FAILED;
    }
  }
}

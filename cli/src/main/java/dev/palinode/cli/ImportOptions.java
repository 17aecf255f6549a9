package dev.palinode.cli;

import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.format.Formats;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportSettings;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Options of every command that reads data files. */
final class ImportOptions {
  @Option(
      names = "--format",
      defaultValue = Formats.AUTO,
      paramLabel = "FORMAT",
      description =
          "What rows are: the name of a format (palinode data list --formats), or which column is"
              + " what, such as prompt=question,response=answer. Default: by their shape.")
  private String format = Formats.AUTO;

  @Option(
      names = "--max-broken",
      defaultValue = "0.01",
      paramLabel = "SHARE",
      description =
          "Share of rows that may be broken; they are put aside (default: ${DEFAULT-VALUE}).")
  private double maxBroken;

  @Option(
      names = "--allow-damaged",
      description = "Take what comes before the break of a file that breaks off.")
  private boolean allowDamaged;

  ImportSettings settings() {
    return new ImportSettings(format, maxBroken, ImportSettings.DEFAULT.maxBroken(), allowDamaged);
  }

  /** An import that shows how far it is. */
  Import importing(ProgressLine progress) {
    return new Import(
        settings(),
        Catalog.shipped(),
        (file, share, rows) ->
            progress.show(
                share, String.format(Locale.ROOT, "%s, %,d rows", file.getFileName(), rows)));
  }
}

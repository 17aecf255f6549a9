package dev.palinode.cli.options;

import dev.palinode.cli.console.ProgressLine;
import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.format.Formats;
import dev.palinode.data.importing.Import;
import dev.palinode.data.importing.ImportSettings;
import java.util.Locale;
import picocli.CommandLine.Option;

/** Options of every command that reads data files. */
@OptionGroup("Reading data")
public class ImportOptions {
  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "What rows are: the name of a format (palinode data list --formats), or which column is"
              + " what, such as prompt=question,response=answer; auto detects it.")
  private String format = Formats.AUTO;

  @Option(
      names = "--max-broken",
      paramLabel = "FRACTION",
      description = "Fraction of rows that may be broken; they are put aside.")
  private double maxBroken = 0.01;

  @Option(
      names = "--allow-damaged",
      description = "Of a file that breaks off, keep the rows before the break.")
  private boolean allowDamaged;

  /** An import that shows its progress. */
  public Import importing(ProgressLine progress) {
    return new Import(
        new ImportSettings(format, maxBroken, ImportSettings.DEFAULT.maxBroken(), allowDamaged),
        Catalog.shipped(),
        (file, share, rows) ->
            progress.show(
                share, String.format(Locale.ROOT, "%s, %,d rows", file.getFileName(), rows)));
  }
}

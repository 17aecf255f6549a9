package dev.palinode.data.importing;

import dev.palinode.data.ImportReport;
import java.util.List;

/**
 * What an import did.
 *
 * @param files in the order in which they were read; at least one
 */
public record ImportResult(List<ImportedFile> files) {
  public ImportResult {
    files = List.copyOf(files);
  }

  /** What became of all rows together. */
  public ImportReport report() {
    return files.stream()
        .map(ImportedFile::report)
        .reduce(ImportReport.NOTHING, ImportReport::plus);
  }
}

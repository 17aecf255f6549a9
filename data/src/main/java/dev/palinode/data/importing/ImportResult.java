package dev.palinode.data.importing;

import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.Manifest;
import java.util.List;
import java.util.Locale;

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

  /**
   * States inputs and counts in a manifest.
   *
   * @param prefix of the names of counts, where a manifest tells of several imports; or empty
   */
  public void addTo(Manifest manifest, String prefix) {
    for (ImportedFile each : files) {
      manifest.input(each.name(), each.digest(), each.facts());
      if (each.damage() != null) {
        manifest.note(each.name() + " breaks off: " + each.damage());
      }
    }
    ImportReport report = report();
    manifest
        .count(prefix + "rows_read", report.read())
        .count(prefix + "rows_kept", report.kept())
        .count(prefix + "rows_broken", report.broken());
    report
        .dropped()
        .forEach(
            (reason, count) ->
                manifest.count(
                    prefix + "rows_dropped_" + reason.name().toLowerCase(Locale.ROOT), count));
  }
}

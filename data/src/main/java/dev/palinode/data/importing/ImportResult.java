package dev.palinode.data.importing;

import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.Manifest;
import java.util.List;
import java.util.Locale;

/**
 * Result of an import.
 *
 * @param files the files in the order of reading; at least one
 */
public record ImportResult(List<ImportedFile> files) {
  public ImportResult {
    files = List.copyOf(files);
  }

  /** Counts of the rows of all files. */
  public ImportReport report() {
    return files.stream()
        .map(ImportedFile::report)
        .reduce(ImportReport.NOTHING, ImportReport::plus);
  }

  /**
   * Adds inputs and counts to a manifest.
   *
   * @param prefix prefix of the counts' names, for manifests with several imports; may be empty
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

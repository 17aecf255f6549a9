package dev.palinode.data.importing;

import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.dedup.ScreeningReport;
import dev.palinode.data.record.FileDigest;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.Manifest;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Result of importing files and screening the records of the wanted kinds.
 *
 * @param files the files in the order of reading; at least one
 * @param taken number of records that passed
 * @param others number of records of other kinds
 */
public record ImportResult(
    List<ImportedFile> files, ScreeningReport screened, long taken, long others) {
  public ImportResult {
    files = List.copyOf(files);
  }

  /**
   * Result of importing one file.
   *
   * @param name machine-independent name for reports
   * @param format name of the format it was read with
   * @param known the catalogue entry with the same hash; null if there is none
   * @param namesake the catalogue entry with the same file name but other content; null if there is
   *     none
   * @param damage where and how it is damaged; null if it is whole
   */
  public record ImportedFile(
      String name,
      FileDigest digest,
      String format,
      @Nullable CatalogEntry known,
      @Nullable CatalogEntry namesake,
      ImportReport report,
      @Nullable String damage) {}

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
      Map<String, String> facts = new LinkedHashMap<>(Map.of("format", each.format()));
      if (each.known() != null) {
        facts.put("catalogue", each.known().name());
        facts.put("licence", each.known().licence());
      }
      manifest.input(each.name(), each.digest(), facts);
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
    screened.addTo(manifest, prefix);
  }

  /** Human-readable summary. */
  public List<String> lines() {
    return List.of("rows: " + report(), "screened out: " + screened.summary());
  }
}

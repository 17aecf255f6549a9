package dev.palinode.data.importing;

import dev.palinode.data.dedup.Screening;
import dev.palinode.data.dedup.ScreeningReport;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.Manifest;
import dev.palinode.data.record.RecordSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Result of importing files and screening the records of the wanted kinds.
 *
 * @param imported counts of the rows
 * @param screened report on the records that were filtered out
 * @param taken number of records that passed
 * @param others number of records of other kinds
 */
public record Intake(ImportResult imported, ScreeningReport screened, long taken, long others) {
  /**
   * Imports files and folders, and screens them.
   *
   * @param wanted selects the part of a record to use; empty for other kinds
   * @param sink receives the parts that pass
   * @param aside receives the broken rows
   * @throws ImportException if the import is stopped
   * @throws IOException as {@link Import#read}, or from the sinks
   */
  public static <T> Intake read(
      Import importing,
      List<Path> inputs,
      ScreeningSettings settings,
      Function<DataRecord, Optional<T>> wanted,
      RecordSink<? super T> sink,
      Import.BrokenRowSink aside)
      throws IOException {
    Screening screening = new Screening(settings);
    long[] taken = {0};
    long[] others = {0};
    ImportResult imported =
        importing.read(
            inputs,
            item -> {
              Optional<T> part = wanted.apply(item);
              if (part.isEmpty()) {
                others[0]++;
              } else if (screening.passes(item)) {
                taken[0]++;
                sink.accept(part.get());
              }
            },
            aside);
    return new Intake(imported, screening.report(), taken[0], others[0]);
  }

  /** A manifest with the settings of import and screening. */
  public static Manifest manifest(String command, Import importing, ScreeningSettings screening) {
    Manifest manifest = Manifest.of(command);
    importing.settings().addTo(manifest);
    screening.addTo(manifest);
    return manifest;
  }

  /**
   * Adds inputs and counts to a manifest.
   *
   * @param prefix prefix of the counts' names, for manifests with several intakes; may be empty
   */
  public void addTo(Manifest manifest, String prefix) {
    imported.addTo(manifest, prefix);
    screened.addTo(manifest, prefix);
  }

  /** Human-readable summary. */
  public List<String> lines() {
    return List.of("rows: " + imported.report(), "screened out: " + screened.summary());
  }
}

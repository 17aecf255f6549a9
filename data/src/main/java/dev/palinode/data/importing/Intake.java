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
 * What was taken in for a file that is made: rows were imported, records of wanted kinds screened.
 *
 * @param imported what became of the rows
 * @param screened which records were left out
 * @param taken records that passed
 * @param others records of kinds that are not wanted
 */
public record Intake(ImportResult imported, ScreeningReport screened, long taken, long others) {
  /**
   * Imports files and folders, and screens them.
   *
   * @param wanted the part of a record that is wanted; empty for other kinds
   * @param sink takes what passes
   * @param aside takes the broken rows
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

  /** A manifest that has the settings of an intake already. */
  public static Manifest manifest(String command, Import importing, ScreeningSettings screening) {
    Manifest manifest = Manifest.of(command);
    importing.settings().addTo(manifest);
    screening.addTo(manifest);
    return manifest;
  }

  /**
   * States inputs and counts in a manifest.
   *
   * @param prefix of the names of counts, where a manifest tells of several intakes; or empty
   */
  public void addTo(Manifest manifest, String prefix) {
    imported.addTo(manifest, prefix);
    screened.addTo(manifest, prefix);
  }

  /** What was done, in lines for people. */
  public List<String> lines() {
    return List.of("rows: " + imported.report(), "screened out: " + screened.words());
  }
}

package dev.palinode.data.importing;

import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.format.RowFormat;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.FileDigest;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.RecordSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads files and folders as records. Broken rows are set aside and counted. Too many of them, or a
 * damaged file, stop the import unless the settings allow it. Not thread-safe.
 *
 * @param settings format and limits
 * @param catalog the known data sets
 * @param progress listener for reading progress
 */
public record Import(ImportSettings settings, Catalog catalog, RecordFiles.Progress progress) {
  /** Consumer of broken rows. */
  @FunctionalInterface
  public interface BrokenRowSink {
    /**
     * @param file machine-independent name of the file
     * @throws IOException if it cannot be stored; the import stops
     */
    void accept(String file, BrokenRowException row) throws IOException;
  }

  /**
   * Imports files, and the files of folders, one after the other.
   *
   * @param sink receives the records, in the order of files and rows
   * @param aside receives the broken rows, with the name of their file
   * @throws ImportException if too many rows are broken, a file is damaged and this is not allowed,
   *     or no record is left; the sinks have received the rows before
   * @throws DataException if a file is missing, is empty, or has no readable row
   * @throws IOException if a file cannot be read, or from the sinks
   */
  public ImportResult read(
      List<Path> inputs, RecordSink<? super DataRecord> sink, BrokenRowSink aside)
      throws IOException {
    Run run = new Run(sink, aside);
    for (Path input : inputs) {
      for (Path file : DataFiles.in(input)) {
        run.read(file, name(input, file));
      }
    }
    return run.result();
  }

  /** State of one import. */
  private final class Run {
    private final RecordSink<? super DataRecord> sink;
    private final BrokenRowSink aside;
    private final List<ImportedFile> files = new ArrayList<>();
    private @Nullable BrokenRowException firstBroken;
    private long broken;

    Run(RecordSink<? super DataRecord> sink, BrokenRowSink aside) {
      this.sink = sink;
      this.aside = aside;
    }

    void read(Path file, String name) throws IOException {
      DataFiles.requireReadable(file);
      FileDigest digest = FileDigest.of(file);
      CatalogEntry known = catalog.byContent(digest).orElse(null);
      CatalogEntry namesake = known == null ? catalog.byName(file).orElse(null) : null;
      RowFormat format = format(file, known, namesake);
      RecordFiles.Outcome outcome =
          RecordFiles.read(file, format, sink, row -> putAside(name, row), progress);
      ImportReport report = outcome.report();
      String damage = outcome.damage() == null ? null : damage(outcome.damage(), report);
      progress.reading(file, 1, report.read());
      files.add(
          new ImportedFile(file, name, digest, format.name(), known, namesake, report, damage));
    }

    private void putAside(String name, BrokenRowException row) throws IOException {
      firstBroken = firstBroken == null ? row : firstBroken;
      aside.accept(name, row);
      if (++broken > settings.maxBroken()) {
        throw new ImportException(
            String.format(
                Locale.ROOT,
                "more than %,d rows are broken; the last one: %s",
                settings.maxBroken(),
                row.getMessage()),
            row);
      }
    }

    ImportResult result() throws ImportException {
      ImportResult result = new ImportResult(files);
      ImportReport report = result.report();
      if (firstBroken != null && broken > settings.maxBrokenShare() * report.read()) {
        throw new ImportException(
            String.format(
                Locale.ROOT,
                "%,d of %,d rows are broken; allowed is a share of %s. The first: %s",
                broken,
                report.read(),
                settings.maxBrokenShare(),
                firstBroken.getMessage()),
            firstBroken);
      }
      if (report.records() == 0) {
        throw new ImportException("no record is left: " + report, null);
      }
      return result;
    }
  }

  /**
   * The given, catalogued or detected format; that of a namesake only if it is the detected one.
   */
  private RowFormat format(Path file, @Nullable CatalogEntry known, @Nullable CatalogEntry namesake)
      throws IOException {
    Optional<RowFormat> chosen = Formats.chosen(settings.format());
    if (chosen.isPresent()) {
      return chosen.get();
    } else if (known != null) {
      return known.rowFormat();
    }
    RowFormat recognised = Formats.recognise(file);
    return namesake != null && namesake.format().equals(recognised.name())
        ? namesake.rowFormat()
        : recognised;
  }

  private String damage(DataException e, ImportReport before) throws IOException {
    if (before.read() == 0) {
      throw e;
    }
    if (!settings.allowDamaged()) {
      throw new ImportException(
          String.format(
              Locale.ROOT,
              "%s. The %,d rows before can be read: get the whole file, or allow damaged ones",
              e.getMessage(),
              before.read()),
          e);
    }
    return e.place().within().replaceFirst("^, ", "") + ": " + e.problem();
  }

  private static String name(Path input, Path file) {
    String last = String.valueOf(file.toAbsolutePath().normalize().getFileName());
    if (input.equals(file)) {
      return last;
    }
    Path folder = input.toAbsolutePath().normalize().getFileName();
    String within = input.relativize(file).toString().replace('\\', '/');
    return folder == null ? within : folder + "/" + within;
  }
}

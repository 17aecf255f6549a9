package dev.palinode.data.importing;

import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataException;
import dev.palinode.data.DataRecord;
import dev.palinode.data.FileDigest;
import dev.palinode.data.ImportReport;
import dev.palinode.data.ImportTally;
import dev.palinode.data.RecordSink;
import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.format.RowFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads files and folders as records. Broken rows are put aside and counted; more of them than the
 * settings allow, or a file that breaks off, stop the import. Not thread-safe.
 */
public final class Import {
  private final ImportSettings settings;
  private final Catalog catalog;
  private final Listener listener;

  /** Told how far an import is. */
  @FunctionalInterface
  public interface Listener {
    /** Does nothing. */
    Listener SILENT = (file, share, rows) -> {};

    /**
     * Called now and then, on the importing thread.
     *
     * @param share of this file that has been read, 0 to 1
     * @param rows of this file that have been read
     */
    void reading(Path file, double share, long rows);
  }

  public Import(ImportSettings settings, Catalog catalog, Listener listener) {
    this.settings = settings;
    this.catalog = catalog;
    this.listener = listener;
  }

  /** What it was made with. */
  public ImportSettings settings() {
    return settings;
  }

  /**
   * Imports files, and those of folders, one after the other.
   *
   * @param sink takes the records, in the order of files and rows
   * @param aside takes the broken rows, with the name of their file
   * @throws ImportException if too many rows are broken, a file is damaged and that is not allowed,
   *     or no record is left; the sinks have what came before
   * @throws DataException if a file is missing, empty, or nothing in it can be read
   * @throws IOException if a file cannot be read, or from the sinks
   */
  public ImportResult read(
      List<Path> inputs, RecordSink<? super DataRecord> sink, BrokenRowSink aside)
      throws IOException {
    List<ImportedFile> files = new ArrayList<>();
    List<BrokenRowException> first = new ArrayList<>(); // none or one
    BrokenRowSink noting =
        (file, row) -> {
          if (first.isEmpty()) {
            first.add(row);
          }
          aside.accept(file, row);
        };
    for (Path input : inputs) {
      for (Path file : DataFiles.in(input)) {
        files.add(read(file, name(input, file), files, sink, noting));
      }
    }
    ImportResult result = new ImportResult(files);
    checkShare(result.report(), first);
    if (result.report().records() == 0) {
      throw new ImportException("no record is left: " + result.report(), null);
    }
    return result;
  }

  /** What is done with broken rows. */
  @FunctionalInterface
  public interface BrokenRowSink {
    /**
     * @param file name of the file, the same on every machine
     * @throws IOException if it cannot be kept; the import stops
     */
    void accept(String file, BrokenRowException row) throws IOException;
  }

  private ImportedFile read(
      Path file,
      String name,
      List<ImportedFile> before,
      RecordSink<? super DataRecord> sink,
      BrokenRowSink aside)
      throws IOException {
    DataFiles.requireReadable(file);
    FileDigest digest = FileDigest.of(file);
    CatalogEntry known = catalog.byContent(digest).orElse(null);
    CatalogEntry namesake = known == null ? catalog.byName(file).orElse(null) : null;
    RowFormat format = format(file, known, namesake);
    long brokenBefore = before.stream().mapToLong(each -> each.report().broken()).sum();
    ImportTally tally = new ImportTally();
    String damage = null;
    try {
      RecordFiles.read(
          file,
          format,
          tally,
          sink,
          broken -> {
            aside.accept(name, broken);
            checkCount(brokenBefore + tally.report().broken(), broken);
          },
          share -> listener.reading(file, share, tally.rows()));
      listener.reading(file, 1, tally.rows());
    } catch (DataException e) {
      damage = damage(e, tally.report());
    }
    return new ImportedFile(
        file, name, digest, format.name(), known, namesake, tally.report(), damage);
  }

  /** Given, of the catalogue, or recognised; one of a namesake only if it has the same shape. */
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

  private void checkCount(long broken, BrokenRowException last) throws ImportException {
    if (broken > settings.maxBroken()) {
      throw new ImportException(
          String.format(
              Locale.ROOT,
              "more than %,d rows are broken; the last one: %s",
              settings.maxBroken(),
              last.getMessage()),
          last);
    }
  }

  private void checkShare(ImportReport report, List<BrokenRowException> first)
      throws ImportException {
    if (report.broken() > settings.maxBrokenShare() * report.read()) {
      throw new ImportException(
          String.format(
              Locale.ROOT,
              "%,d of %,d rows are broken; allowed is a share of %s. The first: %s",
              report.broken(),
              report.read(),
              settings.maxBrokenShare(),
              first.get(0).getMessage()),
          first.get(0));
    }
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

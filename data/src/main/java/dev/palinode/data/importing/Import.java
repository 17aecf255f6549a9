package dev.palinode.data.importing;

import dev.palinode.data.catalog.Catalog;
import dev.palinode.data.catalog.CatalogEntry;
import dev.palinode.data.dedup.EvaluationPrompts.BenchmarkPrompt;
import dev.palinode.data.dedup.Screening;
import dev.palinode.data.dedup.ScreeningSettings;
import dev.palinode.data.dedup.Words;
import dev.palinode.data.file.DataFiles;
import dev.palinode.data.format.Formats;
import dev.palinode.data.format.RecordFiles;
import dev.palinode.data.format.RowFormat;
import dev.palinode.data.importing.ImportResult.ImportedFile;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.FileDigest;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import org.apache.commons.io.function.IOBiConsumer;
import org.apache.commons.io.function.IOConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads files and folders as records. Broken rows are set aside and counted. Too many of them, or a
 * damaged file, stop the import unless the settings allow it. Not thread-safe.
 */
public record Import(ImportSettings settings, Catalog catalog, RecordFiles.Progress progress) {
  /**
   * Imports files, and the files of folders, one after the other, and screens their records.
   *
   * @param settings what is screened out
   * @param wanted selects the part of a record to use; empty for other kinds
   * @param sink receives the parts that pass, in the order of files and rows
   * @param aside receives the broken rows, with the machine-independent name of their file
   * @throws ImportException if too many rows are broken, a file is damaged and this is not allowed,
   *     or no record is left; the sinks have received the rows before
   * @throws DataException if a file is missing, is empty, or has no readable row
   * @throws IOException if a file cannot be read, or from the sinks
   */
  public <T> ImportResult read(
      List<Path> inputs,
      ScreeningSettings settings,
      Function<DataRecord, Optional<T>> wanted,
      IOConsumer<? super T> sink,
      IOBiConsumer<String, BrokenRowException> aside)
      throws IOException {
    Screening screening = new Screening(settings);
    long[] taken = {0};
    long[] others = {0};
    Run run =
        new Run(
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
    for (Path input : inputs) {
      for (Path file : DataFiles.in(input)) {
        run.read(file, name(input, file));
      }
    }
    ImportResult result = new ImportResult(run.files, screening.report(), taken[0], others[0]);
    run.requireGood(result.report());
    return result;
  }

  /**
   * Imports files and folders to a file.
   *
   * @param output {@code .jsonl}, compressed if it ends in {@code .gz} or {@code .zst}
   * @throws ImportException if the import is stopped, or no record is left; then there is no output
   * @throws IOException as {@link #read}, or if nothing can be written
   */
  public ImportResult write(List<Path> inputs, ScreeningSettings screening, Path output)
      throws IOException {
    try (RecordFile file = new RecordFile(output, inputs)) {
      try {
        ImportResult result = read(inputs, screening, Optional::of, file, file::reject);
        if (result.taken() == 0) {
          throw new ImportException(
              "all records were screened out: "
                  + result.screened().summary()
                  + ". Evaluation prompts are no training data; screening can be switched off",
              null);
        }
        Manifest manifest = manifest("data import", screening);
        result.addTo(manifest, "");
        file.commit(manifest);
        return result;
      } catch (ImportException e) {
        throw file.stopped(e);
      }
    }
  }

  /** A manifest with the settings of import and screening. */
  public Manifest manifest(String command, ScreeningSettings screening) {
    Manifest manifest = new Manifest(command);
    settings.addTo(manifest);
    screening.addTo(manifest);
    return manifest;
  }

  /**
   * Reads evaluation prompts: every question with words of every record of a file or folder.
   *
   * @return the prompts, with the name of the file or folder as source, numbered from 0
   * @throws IOException if it cannot be read, or any row is broken
   */
  public static List<BenchmarkPrompt> prompts(Path file) throws IOException {
    String source = name(file, file);
    List<BenchmarkPrompt> prompts = new ArrayList<>();
    ImportSettings strict = new ImportSettings(Formats.AUTO, 0, 0, false);
    new Import(strict, Catalog.shipped(), RecordFiles.Progress.SILENT)
        .read(
            List.of(file),
            ScreeningSettings.NONE,
            Optional::of,
            item ->
                item.questions().stream()
                    .filter(question -> Words.of(question).count() > 0)
                    .forEach(
                        question ->
                            prompts.add(new BenchmarkPrompt(source, prompts.size(), question))),
            (name, broken) -> {});
    return prompts;
  }

  /** State of one import. */
  private final class Run {
    private final IOConsumer<DataRecord> sink;
    private final IOBiConsumer<String, BrokenRowException> aside;
    private final List<ImportedFile> files = new ArrayList<>();
    private @Nullable BrokenRowException firstBroken;
    private long broken;

    Run(IOConsumer<DataRecord> sink, IOBiConsumer<String, BrokenRowException> aside) {
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
      files.add(new ImportedFile(name, digest, format.name(), known, namesake, report, damage));
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

    void requireGood(ImportReport report) throws ImportException {
      if (firstBroken != null && broken > settings.maxBrokenFraction() * report.read()) {
        throw new ImportException(
            String.format(
                Locale.ROOT,
                "%,d of %,d rows are broken; allowed is a fraction of %s. The first: %s",
                broken,
                report.read(),
                settings.maxBrokenFraction(),
                firstBroken.getMessage()),
            firstBroken);
      }
      if (report.records() == 0) {
        throw new ImportException("no record is left: " + report, null);
      }
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

package dev.palinode.data.file;

import dev.palinode.data.record.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Data files by their names: {@code .jsonl} and {@code .ndjson}, {@code .json}, {@code .csv},
 * {@code .tsv} and {@code .parquet}, each but the last also packed, with {@code .gz} or {@code
 * .zst} at the end. Upper and lower case are one.
 */
public final class DataFiles {
  /** The names that can be read, for messages. */
  public static final String KINDS =
      ".jsonl, .ndjson, .json, .csv or .tsv, also packed as .gz or .zst, or .parquet";

  private interface Reader {
    Rows open(Path file) throws IOException;
  }

  private static final Map<String, Reader> TEXTS =
      Map.of(
          ".jsonl", JsonLines::new,
          ".ndjson", JsonLines::new,
          ".json", JsonDocument::new,
          ".csv", file -> new CsvRows(file, ','),
          ".tsv", file -> new CsvRows(file, '\t'));

  private DataFiles() {}

  /**
   * Opens a file with the reader that its name asks for.
   *
   * @throws DataException if its name ends otherwise, it is missing, or it is something else than
   *     its name says
   * @throws IOException if it cannot be opened
   */
  public static Rows open(Path file) throws IOException {
    Optional<Reader> reader = reader(file);
    if (reader.isEmpty()) {
      throw new DataException(file, 0, "cannot be read by its name; expected " + KINDS);
    }
    return reader.get().open(file);
  }

  /** Whether {@link #open} knows a reader for files of that name. */
  public static boolean knows(Path file) {
    return reader(file).isPresent();
  }

  private static Optional<Reader> reader(Path file) {
    String name = Compression.nameUnpacked(file);
    if (name.endsWith(".parquet") && Compression.of(file) == Compression.NONE) {
      return Optional.of(ParquetRows::new);
    }
    return TEXTS.keySet().stream().filter(name::endsWith).findFirst().map(TEXTS::get);
  }

  /**
   * Checks what can be checked without reading.
   *
   * @throws DataException if the file is missing, a folder, or may not be read
   */
  public static void requireReadable(Path file) throws DataException {
    if (!Files.exists(file)) {
      throw new DataException(file, 0, "there is no such file");
    } else if (Files.isDirectory(file)) {
      throw new DataException(file, 0, "is a folder; expected a file");
    } else if (!Files.isReadable(file)) {
      throw new DataException(file, 0, "may not be read: permission denied");
    }
  }

  /**
   * The data files of a path: a file itself, or those of a folder and of the folders in it, in the
   * order of their names. Links are followed. Hidden files, files of other kinds, and those that an
   * import leaves beside its output are skipped there.
   *
   * @throws DataException if there is no such path, no data file in the folder, or a link in it
   *     leads nowhere or in a circle
   * @throws IOException if the folder cannot be read
   */
  public static List<Path> in(Path fileOrFolder) throws IOException {
    if (!Files.exists(fileOrFolder)) {
      throw new DataException(fileOrFolder, 0, "there is no such file");
    }
    if (!Files.isDirectory(fileOrFolder)) {
      return List.of(fileOrFolder);
    }
    List<Path> files = within(fileOrFolder);
    if (files.isEmpty()) {
      throw new DataException(fileOrFolder, 0, "no data files in this folder; expected " + KINDS);
    }
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new DataException(file, 0, "a link to what is not there");
      }
    }
    return files;
  }

  private static List<Path> within(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(file -> !hidden(folder.relativize(file)))
          .filter(file -> knows(file) && !besideAnOutput(file) && !Files.isDirectory(file))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof FileSystemLoopException circle) {
        throw new DataException(
            Path.of(circle.getFile()),
            0,
            "a link to a folder that it lies in; expected no circle of links",
            circle);
      }
      throw e.getCause();
    }
  }

  private static boolean hidden(Path within) {
    return StreamSupport.stream(within.spliterator(), false)
        .anyMatch(part -> part.toString().startsWith("."));
  }

  private static boolean besideAnOutput(Path file) {
    String name = file.toString();
    return name.endsWith(".manifest.json") || name.endsWith(".rejected.jsonl");
  }
}

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
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.commons.io.function.IOFunction;
import org.jspecify.annotations.Nullable;

/**
 * Opens data files by name: {@code .jsonl}, {@code .ndjson}, {@code .json}, {@code .csv}, {@code
 * .tsv} and {@code .parquet}, all but the last also compressed with suffix {@code .gz} or {@code
 * .zst}. Case is ignored.
 */
public final class DataFiles {
  /** The supported file names, for messages. */
  public static final String KINDS =
      ".jsonl, .ndjson, .json, .csv or .tsv, also compressed as .gz or .zst, or .parquet";

  private static final Map<String, IOFunction<Path, Rows>> TEXTS =
      Map.of(
          ".jsonl", JsonLines::new,
          ".ndjson", JsonLines::new,
          ".json", JsonDocument::new,
          ".csv", file -> new CsvRows(file, ','),
          ".tsv", file -> new CsvRows(file, '\t'));

  private DataFiles() {}

  /**
   * Opens a file with the reader for its name.
   *
   * @throws DataException if its name has another suffix, it is missing, or its content does not
   *     match its name
   * @throws IOException if it cannot be opened
   */
  public static Rows open(Path file) throws IOException {
    IOFunction<Path, Rows> reader = reader(file);
    if (reader == null) {
      throw new DataException(file, "cannot be read by its name; expected " + KINDS);
    }
    return reader.apply(file);
  }

  /** Whether {@link #open} has a reader for files of this name. */
  public static boolean knows(Path file) {
    return reader(file) != null;
  }

  private static @Nullable IOFunction<Path, Rows> reader(Path file) {
    String name = Compression.nameUnpacked(file);
    String ending = name.substring(Math.max(0, name.lastIndexOf('.')));
    return ending.equals(".parquet") && Compression.of(file) == Compression.NONE
        ? ParquetRows::new
        : TEXTS.get(ending);
  }

  /**
   * Checks that a file can be read, without reading it.
   *
   * @throws DataException if the file is missing, a folder, or not readable
   */
  public static void requireReadable(Path file) throws DataException {
    if (!Files.exists(file)) {
      throw new DataException(file, "there is no such file");
    } else if (Files.isDirectory(file)) {
      throw new DataException(file, "is a folder; expected a file");
    } else if (!Files.isReadable(file)) {
      throw new DataException(file, "may not be read: permission denied");
    }
  }

  /**
   * The data files of a path: the file itself, or those of a folder and its subfolders, sorted by
   * name. Links are followed. In folders, hidden files, other file types, and an import's manifests
   * and rejected rows are skipped.
   *
   * @throws DataException if there is no such path, the folder has no data file, or a link in it is
   *     dangling or circular
   * @throws IOException if the folder cannot be read
   */
  public static List<Path> in(Path fileOrFolder) throws IOException {
    if (!Files.exists(fileOrFolder)) {
      throw new DataException(fileOrFolder, "there is no such file");
    }
    if (!Files.isDirectory(fileOrFolder)) {
      return List.of(fileOrFolder);
    }
    List<Path> files = within(fileOrFolder);
    if (files.isEmpty()) {
      throw new DataException(fileOrFolder, "no data files in this folder; expected " + KINDS);
    }
    for (Path file : files) {
      if (!Files.exists(file)) {
        throw new DataException(file, "a link to what is not there");
      }
    }
    return files;
  }

  private static List<Path> within(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder, FileVisitOption.FOLLOW_LINKS)) {
      return all.filter(file -> !hidden(folder.relativize(file)))
          .filter(file -> knows(file) && !isImportReport(file) && !Files.isDirectory(file))
          .sorted()
          .toList();
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof FileSystemLoopException circle) {
        throw new DataException(
            Path.of(circle.getFile()),
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

  private static boolean isImportReport(Path file) {
    String name = file.toString();
    return name.endsWith(".manifest.json") || name.endsWith(".rejected.jsonl");
  }
}

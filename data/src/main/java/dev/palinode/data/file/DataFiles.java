package dev.palinode.data.file;

import dev.palinode.data.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Data files by their names: {@code .jsonl} and {@code .ndjson}, {@code .json}, {@code .csv},
 * {@code .tsv} and {@code .parquet}, each but the last also with {@code .gz} or {@code .zst} behind
 * it. Upper and lower case are one.
 */
public final class DataFiles {
  /** The names that can be read, for messages. */
  public static final String KINDS =
      ".jsonl, .ndjson, .json, .csv or .tsv, also packed as .gz or .zst, or .parquet";

  private DataFiles() {}

  /**
   * Opens a file with the reader that its name asks for.
   *
   * @throws DataException if its name ends otherwise, it is missing, or it is something else than
   *     its name says
   * @throws IOException if it cannot be opened
   */
  public static Rows open(Path file) throws IOException {
    String name = Packing.nameUnpacked(file);
    boolean packed = Packing.of(file) != Packing.NONE;
    if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
      return JsonLines.open(file);
    } else if (name.endsWith(".json")) {
      return new JsonDocument(file);
    } else if (name.endsWith(".csv")) {
      return new CsvRows(file, ',');
    } else if (name.endsWith(".tsv")) {
      return new CsvRows(file, '\t');
    } else if (name.endsWith(".parquet") && !packed) {
      return new ParquetRows(file);
    }
    throw new DataException(file, 0, "cannot be read by its name; expected " + KINDS);
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

  /** Whether {@link #open} knows a reader for files of that name. */
  public static boolean knows(Path file) {
    String name = Packing.nameUnpacked(file);
    return Stream.of(".jsonl", ".ndjson", ".json", ".csv", ".tsv").anyMatch(name::endsWith)
        || (name.endsWith(".parquet") && Packing.of(file) == Packing.NONE);
  }

  /**
   * The data files that a path stands for: a file itself, or those of a folder and of the folders
   * in it, in the order of their names. Links are followed. What is hidden is passed over there,
   * and so are files of other kinds and those that an import leaves beside its output.
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
    for (Path part : within) {
      if (part.toString().startsWith(".")) {
        return true;
      }
    }
    return false;
  }

  private static boolean besideAnOutput(Path file) {
    String name = file.toString();
    return name.endsWith(".manifest.json") || name.endsWith(".rejected.jsonl");
  }
}

package dev.palinode.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What is in a folder, in the same order on every file system. */
public final class FolderEntries {
  private FolderEntries() {}

  /** The files and folders in {@code folder}, sorted by name; none if it does not exist. */
  public static List<Path> of(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}

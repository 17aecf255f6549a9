package dev.palinode.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Creates a folder atomically: it is filled under a temporary name beside the target, forced to
 * disk and moved into place. An old folder is first renamed to a hidden name; if the process ends
 * before the new one is in place, {@link #recover} moves it back.
 */
public final class AtomicFolder {
  private static final String PARTIAL = ".partial";
  private static final String REPLACED = ".replaced";

  /** Renames a folder. */
  @FunctionalInterface
  interface Move {
    void move(Path from, Path to) throws IOException;
  }

  private AtomicFolder() {}

  /**
   * Creates {@code target} or replaces it; its parent is created if missing.
   *
   * @throws IOException if writing fails; the target is as it was, or {@link #recover} restores it
   */
  public static void replace(Path target, AtomicFile.Content content) throws IOException {
    replace(target, content, Files::move);
  }

  static void replace(Path target, AtomicFile.Content content, Move move) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    Files.createDirectories(place.resolveSibling("."));
    Path replaced = replaced(place);
    restore(replaced, place);
    Path temporary = beside(place);
    try {
      Files.createDirectory(temporary);
      content.writeTo(temporary);
      force(temporary);
      if (Files.exists(place)) {
        move.move(place, replaced);
      }
      moveOrRestore(temporary, place, replaced, move);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      throw new IOException(message.replace(temporary.toString(), place.toString()), e);
    } finally {
      delete(temporary);
    }
    delete(replaced);
  }

  /** Writes into {@code target}. If it is new and that fails, it is deleted. */
  public static void fill(Path target, AtomicFile.Content content) throws IOException {
    boolean isNew = Files.notExists(target);
    try {
      Files.createDirectories(target);
      content.writeTo(target);
    } catch (IOException | RuntimeException e) {
      if (isNew) {
        delete(target);
      }
      throw e;
    }
  }

  private static void moveOrRestore(Path temporary, Path place, Path replaced, Move move)
      throws IOException {
    try {
      move.move(temporary, place);
    } catch (IOException | RuntimeException e) {
      if (Files.exists(replaced)) {
        try {
          move.move(replaced, place);
        } catch (IOException | RuntimeException again) {
          e.addSuppressed(again);
        }
      }
      throw e;
    }
  }

  /**
   * Cleans up after killed writers: moves replaced folders back if the new ones are missing, and
   * deletes partial ones. No writer may be at work in {@code parent} meanwhile.
   */
  public static void recover(Path parent) throws IOException {
    for (Path entry : FolderEntries.of(parent)) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") && name.endsWith(REPLACED)) {
        restore(entry, entry.resolveSibling(name.substring(1, name.length() - REPLACED.length())));
      } else if (name.startsWith(".") && name.endsWith(PARTIAL)) {
        delete(entry);
      }
    }
  }

  /** Moves the old folder back, or deletes it if the new one is in place. */
  private static void restore(Path replaced, Path place) throws IOException {
    if (Files.exists(place)) {
      delete(replaced);
    } else if (Files.exists(replaced)) {
      Files.move(replaced, place);
    }
  }

  /** Deletes a folder with its content, or does nothing if there is none. */
  public static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }

  private static Path beside(Path place) {
    return place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + PARTIAL);
  }

  private static Path replaced(Path place) {
    return place.resolveSibling("." + place.getFileName() + REPLACED);
  }

  private static void force(Path folder) throws IOException {
    for (Path file : FolderEntries.of(folder)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }
}

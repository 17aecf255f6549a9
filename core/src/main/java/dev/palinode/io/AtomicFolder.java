package dev.palinode.io;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Makes a folder of files that is complete or not there: it is filled under another name beside its
 * place, forced to disk and moved.
 *
 * <p>A folder cannot be renamed over another one. The old one is first moved to a hidden name of
 * its own; if the process ends before the new one has its place, {@link #recover} moves the old one
 * back.
 */
public final class AtomicFolder {
  private static final String PARTIAL = ".partial";
  private static final String REPLACED = ".replaced";

  /** Fills the folder that it is given. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path temporary) throws IOException;
  }

  /** Renames a folder. */
  @FunctionalInterface
  interface Move {
    void move(Path from, Path to) throws IOException;
  }

  private AtomicFolder() {}

  /**
   * Makes {@code target}, which replaces a folder of that name; its parent is made if need be.
   *
   * @throws IOException if writing fails; what was there before is as it was, and nothing is left
   *     beside it. Where even moving the old folder back fails, {@link #recover} does it later
   */
  public static void replace(Path target, Content content) throws IOException {
    replace(target, content, Files::move);
  }

  static void replace(Path target, Content content, Move move) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    Files.createDirectories(place.resolveSibling("."));
    Path replaced = replaced(place);
    bringBack(replaced, place);
    Path temporary = beside(place);
    try {
      Files.createDirectory(temporary);
      content.writeTo(temporary);
      force(temporary);
      if (Files.exists(place)) {
        move.move(place, replaced);
      }
      moveOrBringBack(temporary, place, replaced, move);
    } catch (IOException e) {
      String message = String.valueOf(e.getMessage());
      throw new IOException(message.replace(temporary.toString(), place.toString()), e);
    } finally {
      delete(temporary);
    }
    delete(replaced);
  }

  /**
   * Writes into {@code target}, which is made if need be. A folder that is new is deleted again if
   * that fails.
   *
   * @throws IOException if writing fails
   */
  public static void fill(Path target, Content content) throws IOException {
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

  private static void moveOrBringBack(Path temporary, Path place, Path replaced, Move move)
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
   * Puts in order what writers that were killed have left in a folder: a folder that was about to
   * be replaced is back in its place, and what was half written is deleted. No writer may be at
   * work in it meanwhile.
   */
  public static void recover(Path parent) throws IOException {
    for (Path entry : entries(parent)) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") && name.endsWith(REPLACED)) {
        bringBack(
            entry, entry.resolveSibling(name.substring(1, name.length() - REPLACED.length())));
      } else if (name.startsWith(".") && name.endsWith(PARTIAL)) {
        delete(entry);
      }
    }
  }

  /** What was replaced completely is only left to be deleted. */
  private static void bringBack(Path replaced, Path place) throws IOException {
    if (Files.exists(place)) {
      delete(replaced);
    } else if (Files.exists(replaced)) {
      Files.move(replaced, place);
    }
  }

  /** Deletes a folder with all that is in it, or does nothing if there is none. */
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
    for (Path file : entries(folder)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.sorted().toList();
    }
  }
}

package dev.palinode.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Makes a folder of files that is complete or not there: it is filled under another name beside its
 * place, forced to disk and moved.
 */
public final class AtomicFolder {
  private static final String PARTIAL = ".partial";

  /** Fills the folder that it is given. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path temporary) throws IOException;
  }

  private AtomicFolder() {}

  /**
   * Makes {@code target}, which replaces a folder of that name; its parent is made if need be.
   *
   * @throws IOException if writing fails; what was there before is as it was, and nothing is left
   *     beside it
   */
  public static void replace(Path target, Content content) throws IOException {
    Path place = target.toAbsolutePath().normalize();
    Files.createDirectories(place.resolveSibling("."));
    Path temporary = beside(place);
    Path old = beside(place);
    try {
      Files.createDirectory(temporary);
      content.writeTo(temporary);
      force(temporary);
      if (Files.exists(place)) {
        Files.move(place, old);
      }
      Files.move(temporary, place);
    } finally {
      delete(temporary);
      delete(old);
    }
  }

  /** Deletes what writers that were killed have left in a folder. */
  public static void deletePartial(Path folder) throws IOException {
    for (Path entry : entries(folder)) {
      String name = entry.getFileName().toString();
      if (name.startsWith(".") && name.endsWith(PARTIAL)) {
        delete(entry);
      }
    }
  }

  /** Deletes a folder with all that is in it, or does nothing if there is none. */
  public static void delete(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException problem)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static Path beside(Path place) {
    return place.resolveSibling("." + place.getFileName() + "." + UUID.randomUUID() + PARTIAL);
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

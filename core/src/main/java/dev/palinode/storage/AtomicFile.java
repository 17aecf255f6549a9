package dev.palinode.storage;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * Replaces a file so that a reader, a crash or a full disk sees the old content or the new, never
 * part of it: the content is written beside the target, forced to disk and moved into place.
 */
public final class AtomicFile {
  /** Writes the content to the path that it is given. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path temporary) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Replaces {@code target}, whose folder is made if need be.
   *
   * @throws IOException if writing fails; the target is as it was and nothing is left beside it
   */
  public static void replace(Path target, Content content) throws IOException {
    Path folder = target.toAbsolutePath().normalize().getParent();
    if (folder == null) {
      throw new IOException("cannot write to " + target + ": it is no file");
    }
    Files.createDirectories(folder);
    Path temporary = temporaryBeside(target);
    try {
      content.writeTo(temporary);
      moveIntoPlace(temporary, target);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Replaces {@code target} by this text, in UTF-8. */
  public static void replace(Path target, String text) throws IOException {
    replace(target, temporary -> Files.writeString(temporary, text, StandardCharsets.UTF_8));
  }

  /** Replaces {@code target} by a copy of a small file, which is readable and writable as new. */
  public static void copy(Path from, Path target) throws IOException {
    // Not Files.copy: a file that is read-only where it comes from need not be so here.
    byte[] content = Files.readAllBytes(from);
    replace(target, temporary -> Files.write(temporary, content));
  }

  /**
   * A name that no file has, in the target's folder: for writers that are open for long, and call
   * {@link #moveIntoPlace} when they are done.
   */
  public static Path temporaryBeside(Path target) {
    // Not Files.createTempFile: that makes the file unreadable to everyone else, for good.
    return target.resolveSibling("." + target.getFileName() + "." + UUID.randomUUID() + ".partial");
  }

  /**
   * Forces a finished file to disk and gives it its final name, in one step where the file system
   * can.
   */
  public static void moveIntoPlace(Path temporary, Path target) throws IOException {
    force(temporary);
    move(temporary, target);
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void move(Path temporary, Path target) throws IOException {
    try {
      Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}

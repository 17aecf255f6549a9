package dev.palinode.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Replaces a file atomically: after a crash or on a full disk, readers find the old content or the
 * new, never part of it.
 */
public final class AtomicFile {
  /** Writes the content to the empty file or folder at the given path. */
  @FunctionalInterface
  public interface Content {
    void writeTo(Path temporary) throws IOException;
  }

  private AtomicFile() {}

  /**
   * Replaces {@code target}; its folder is created if missing.
   *
   * @throws IOException if writing fails; the target is as it was and nothing is left beside it
   */
  public static void replace(Path target, Content content) throws IOException {
    try (PartialFile partial = PartialFile.beside(target)) {
      partial.write(content);
      partial.moveIntoPlace();
    }
  }

  /** Replaces {@code target} by this text, in UTF-8. */
  public static void replace(Path target, String text) throws IOException {
    replace(target, temporary -> Files.writeString(temporary, text, StandardCharsets.UTF_8));
  }

  /** Replaces {@code target} by a copy of a small file, with the permissions of a new file. */
  public static void copy(Path from, Path target) throws IOException {
    // Not Files.copy: the copy of a read-only file need not be read-only.
    byte[] content = Files.readAllBytes(from);
    replace(target, temporary -> Files.write(temporary, content));
  }
}

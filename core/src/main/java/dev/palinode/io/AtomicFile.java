package dev.palinode.io;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Replaces a file so that a reader, a crash or a full disk sees the old content or the new, never
 * part of it: the content is written beside the target, forced to disk and moved into place.
 */
public final class AtomicFile {
  /** Writes the content to the file, empty yet, at the path that it is given. */
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
    try (PartialFile partial = PartialFile.beside(target)) {
      partial.write(content);
      partial.moveIntoPlace();
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
}

package dev.palinode.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder, deleted with its content when closed. */
public record TemporaryFolder(Path path) implements AutoCloseable {
  /** Creates one in the system's folder for temporary files. */
  public static TemporaryFolder create() throws IOException {
    return new TemporaryFolder(Files.createTempDirectory("palinode-"));
  }

  @Override
  public void close() throws IOException {
    AtomicFolder.delete(path);
  }
}

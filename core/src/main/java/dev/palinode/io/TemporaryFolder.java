package dev.palinode.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A temporary folder, deleted with its content when closed. */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** Creates one in the system's folder for temporary files. */
  public static TemporaryFolder create() throws IOException {
    return new TemporaryFolder(Files.createTempDirectory("palinode-"));
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() throws IOException {
    AtomicFolder.delete(path);
  }
}

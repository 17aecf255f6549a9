package dev.palinode.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder for what is needed only for a while: it is deleted with all that is in it. */
public final class TemporaryFolder implements AutoCloseable {
  private final Path path;

  private TemporaryFolder(Path path) {
    this.path = path;
  }

  /** Makes one where the system keeps such. */
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

package dev.palinode.data.file;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.PartialFile;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.io.output.CloseShieldOutputStream;

/**
 * Writes a {@code .jsonl}, {@code .jsonl.gz} or {@code .jsonl.zst} file atomically: lines go to a
 * temporary file next to the target, which {@link #commit} renames. Closing without a commit, as
 * after an exception, deletes the temporary file and keeps an older target. After either, writing
 * and committing throw an {@link IllegalStateException}. Not thread-safe.
 */
public final class JsonLinesWriter implements Closeable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Path target;
  private final PartialFile partial;
  private final OutputStream out;
  private boolean open = true;

  /**
   * Starts a file; creates its folder if necessary.
   *
   * @param target the final name; its suffix selects the compression; replaced if it exists
   * @throws IOException if no file can be written there; the message names the target
   */
  public JsonLinesWriter(Path target) throws IOException {
    if (target.getFileName() == null || Files.isDirectory(target)) {
      throw new IOException(target + " is a folder; expected the name of a file");
    }
    this.target = target;
    this.partial = PartialFile.beside(target);
    // The file stays open, and so locked, until it has its final name.
    OutputStream file = CloseShieldOutputStream.wrap(Channels.newOutputStream(partial.channel()));
    this.out = Compression.of(target).compress(new BufferedOutputStream(file, 1 << 16));
  }

  /**
   * Appends one object as one line.
   *
   * @throws IOException if it cannot be written; then close without committing
   */
  public void write(ObjectNode row) throws IOException {
    requireOpen();
    byte[] line = MAPPER.writeValueAsBytes(row); // writeValue(out, row) would close the stream
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw partial.failed(e);
    }
  }

  /**
   * Syncs the file to disk and gives it its final name.
   *
   * @throws IOException if this fails; the old file is kept
   */
  public void commit() throws IOException {
    requireOpen();
    open = false;
    try (PartialFile closing = partial) {
      try {
        out.close();
      } catch (IOException e) {
        throw closing.failed(e);
      }
      closing.moveIntoPlace();
    }
  }

  /** Discards the file if it was not committed; otherwise does nothing. */
  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      partial.close(); // not the stream: buffered data is discarded
    }
  }

  private void requireOpen() {
    if (!open) {
      throw new IllegalStateException(target + " is already committed or closed");
    }
  }
}

package dev.palinode.data.file;

import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Streaming reader of a data file's rows. Not thread-safe. */
public interface Rows extends Closeable {
  /**
   * The next row, or null at the end of the file.
   *
   * @throws BrokenRowException if this row is broken; the next call continues with the following
   *     row
   * @throws DataException if the file is broken from here on; nothing more can be read
   * @throws IOException if the file cannot be read
   */
  @Nullable Row next() throws IOException;

  /** Approximate fraction of the file that has been read, 0 to 1. */
  double share();
}

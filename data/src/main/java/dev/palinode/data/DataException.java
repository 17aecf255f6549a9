package dev.palinode.data;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A data file is not what it should be: truncated, not UTF-8, not JSON, or without an expected
 * field. The message names file, line and what is wrong.
 *
 * <p>Checked, and an {@link IOException}, because it is the file's fault and not the program's, and
 * whoever reads files already answers for that.
 */
public final class DataException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final long line;

  /**
   * @param file as the caller named it
   * @param line the line, counted from 1; 0 if the trouble is the whole file's
   * @param problem what is wrong, and what was expected
   */
  public DataException(Path file, long line, String problem) {
    this(file, line, problem, null);
  }

  /** As above, with the exception that brought the trouble to light. */
  public DataException(Path file, long line, String problem, @Nullable Throwable cause) {
    super(file + (line > 0 ? ", line " + line : "") + ": " + problem, cause);
    this.file = file.toString();
    this.line = line;
  }

  /** The file, as the caller named it. */
  public Path file() {
    return Path.of(file);
  }

  /** The line, counted from 1 after decompression; 0 if the trouble is the whole file's. */
  public long line() {
    return line;
  }
}

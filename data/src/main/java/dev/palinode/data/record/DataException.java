package dev.palinode.data.record;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An invalid data file: the message names the file, the line and the problem.
 *
 * <p>Other causes (a full disk, a network) throw another {@link IOException}. If only one row is
 * invalid and later rows can still be read, it is a {@link BrokenRowException}.
 */
public class DataException extends IOException {
  private static final long serialVersionUID = 3L;

  private final transient SourceLocation place;
  private final String problem;

  /**
   * @param problem what is wrong, and what was expected
   */
  public DataException(SourceLocation place, String problem, @Nullable Throwable cause) {
    super(place + ": " + problem, cause);
    this.place = place;
    this.problem = problem;
  }

  /** An invalid file as a whole, as the caller named it. */
  public DataException(Path file, String problem) {
    this(file, problem, null);
  }

  /** As above, with a cause. */
  public DataException(Path file, String problem, @Nullable Throwable cause) {
    this(SourceLocation.line(file, 0), problem, cause);
  }

  /** The same problem with another location. */
  public DataException at(SourceLocation where) {
    return new DataException(where, problem, getCause());
  }

  /** Where the problem is. */
  public SourceLocation place() {
    return place;
  }

  /** The problem, without its location. */
  public String problem() {
    return problem;
  }
}

package dev.palinode.data.record;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A data file that is not what it should be: the message names the file, the line and the problem.
 *
 * <p>A file that could not be read for other reasons (a full disk, a network) throws another {@link
 * IOException}. If only one row is broken and those after it can still be read, it is a {@link
 * BrokenRowException}.
 */
public class DataException extends IOException {
  private static final long serialVersionUID = 3L;

  private final transient SourceLocation place;
  private final String problem;

  /**
   * @param place where it is wrong
   * @param problem what is wrong, and what was expected
   * @param cause the exception that brought it to light
   */
  public DataException(SourceLocation place, String problem, @Nullable Throwable cause) {
    super(place + ": " + problem, cause);
    this.place = place;
    this.problem = problem;
  }

  /** As above, without another exception. */
  public DataException(SourceLocation place, String problem) {
    this(place, problem, null);
  }

  /**
   * @param file as the caller named it
   * @param line the line, counted from 1; 0 for the file as a whole
   * @param problem what is wrong, and what was expected
   */
  public DataException(Path file, long line, String problem) {
    this(SourceLocation.line(file, line), problem, null);
  }

  /** As above, with the exception that brought it to light. */
  public DataException(Path file, long line, String problem, @Nullable Throwable cause) {
    this(SourceLocation.line(file, line), problem, cause);
  }

  /** The same problem, whose place in the file is now known. */
  public DataException at(SourceLocation where) {
    return new DataException(where, problem, getCause());
  }

  /** Where it is wrong. */
  public SourceLocation place() {
    return place;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }
}

package dev.palinode.data.record;

import java.nio.file.Path;

/**
 * A location in a file.
 *
 * @param file as the caller named it
 * @param number counted from 1; 0 for the file as a whole
 */
public record SourceLocation(Path file, Unit unit, long number) {
  /** What {@code number} counts. */
  public enum Unit {
    /** Lines of a text file, after decompression. */
    LINE,
    /** Records, where lines are no help: values of a JSON list, rows of a Parquet file. */
    RECORD
  }

  /** A line of a file. */
  public static SourceLocation line(Path file, long number) {
    return new SourceLocation(file, Unit.LINE, number);
  }

  /** A record of a file. */
  public static SourceLocation record(Path file, long number) {
    return new SourceLocation(file, Unit.RECORD, number);
  }

  /** {@code FILE, line 3}, or {@code FILE} alone. */
  @Override
  public String toString() {
    return number == 0 ? file.toString() : file + within();
  }

  /** {@code , line 3}, or nothing for the whole file. */
  public String within() {
    return number == 0 ? "" : ", " + (unit == Unit.LINE ? "line " : "record ") + number;
  }
}

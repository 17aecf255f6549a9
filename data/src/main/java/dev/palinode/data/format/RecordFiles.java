package dev.palinode.data.format;

import dev.palinode.data.BrokenRowException;
import dev.palinode.data.DataException;
import dev.palinode.data.DataRecord;
import dev.palinode.data.ImportReport;
import dev.palinode.data.ImportTally;
import dev.palinode.data.RecordSink;
import dev.palinode.data.file.DataFiles;
import java.io.IOException;
import java.nio.file.Path;

/** Files read as records. */
public final class RecordFiles {
  private static final long TELL_AFTER_NANOS = 100_000_000;

  private RecordFiles() {}

  /** Told how far a file has been read. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param share of the file, 0 to 1
     */
    void read(double share);
  }

  /**
   * Reads a file, and stops at the first row that is broken.
   *
   * @param sink takes each record, in the order of the file
   * @return what was kept, and what was dropped and why
   * @throws DataException if the file or a row is broken, or there are no rows
   * @throws IOException if the file cannot be read, or from the sink
   */
  public static ImportReport read(Path file, RowFormat format, RecordSink<? super DataRecord> sink)
      throws IOException {
    ImportTally tally = new ImportTally();
    read(
        file,
        format,
        tally,
        sink,
        broken -> {
          throw broken;
        },
        share -> {});
    ImportReport report = tally.report();
    if (report.read() == 0) {
      throw new DataException(file, 0, "no rows; expected " + format.description());
    }
    return report;
  }

  /**
   * Reads a file to its end. Rows of a large one are read ahead, in another thread; the sinks and
   * {@code progress} are called in the caller's.
   *
   * @param tally counts the rows, also those before an exception
   * @param broken takes what is broken; reading goes on if it throws nothing
   * @param progress told a few times in a second
   * @throws DataException if the file is broken; all good rows before that have been given out
   * @throws IOException if the file cannot be read, or from one of the sinks
   */
  public static void read(
      Path file,
      RowFormat format,
      ImportTally tally,
      RecordSink<? super DataRecord> sink,
      RecordSink<BrokenRowException> broken,
      Progress progress)
      throws IOException {
    try (ReadAhead rows = new ReadAhead(DataFiles.open(file), format)) {
      long toldAt = System.nanoTime();
      for (ReadAhead.Step row = rows.next(); row != null; row = rows.next()) {
        if (row.trouble() != null) {
          tally.breakRow();
          broken.accept(row.trouble());
        } else if (row.reading() != null) {
          take(row.reading(), tally, sink);
          if (System.nanoTime() - toldAt > TELL_AFTER_NANOS) {
            progress.read(row.share());
            toldAt = System.nanoTime();
          }
        }
      }
    }
  }

  private static void take(Reading reading, ImportTally tally, RecordSink<? super DataRecord> sink)
      throws IOException {
    if (reading instanceof Reading.Records made) {
      for (DataRecord each : made.records()) {
        sink.accept(each);
      }
      tally.keep(made.records().size());
    } else if (reading instanceof Reading.Dropped dropped) {
      tally.drop(dropped.reason());
    }
  }
}

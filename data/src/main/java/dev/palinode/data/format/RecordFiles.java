package dev.palinode.data.format;

import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.Row;
import dev.palinode.data.file.Rows;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.ImportReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.function.IOConsumer;
import org.jspecify.annotations.Nullable;

/** Reads files as records. */
public final class RecordFiles {
  private static final long PROGRESS_NANOS = 100_000_000;

  private RecordFiles() {}

  /** Listener for reading progress. */
  @FunctionalInterface
  public interface Progress {
    /** Does nothing. */
    Progress SILENT = (file, share, rows) -> {};

    /**
     * Called about ten times a second, on the reading thread.
     *
     * @param share fraction of this file that has been read, 0 to 1
     * @param rows number of rows of this file that have been read
     */
    void reading(Path file, double share, long rows);
  }

  /**
   * Result of reading a file.
   *
   * @param report counts its rows, up to the damage
   * @param damage where and how the file is damaged; null if it is whole
   */
  public record Outcome(ImportReport report, @Nullable DataException damage) {}

  /**
   * Reads a file, and stops at the first broken row.
   *
   * @param sink receives each record, in the order of the file
   * @return the numbers of rows kept and dropped
   * @throws DataException if the file or a row is broken, or there are no rows
   * @throws IOException if the file cannot be read, or from the sink
   */
  public static ImportReport read(Path file, RowFormat format, IOConsumer<? super DataRecord> sink)
      throws IOException {
    IOConsumer<BrokenRowException> stop =
        broken -> {
          throw broken;
        };
    Outcome outcome = read(file, format, sink, stop, Progress.SILENT);
    if (outcome.damage() != null) {
      throw outcome.damage();
    } else if (outcome.report().read() == 0) {
      throw new DataException(file, "no rows; expected " + format.description());
    }
    return outcome.report();
  }

  /**
   * Reads a file to its end, or up to its damage.
   *
   * @param broken receives the broken rows; reading continues if it does not throw
   * @param progress called about ten times a second
   * @throws IOException if the file cannot be read, or from one of the sinks
   */
  public static Outcome read(
      Path file,
      RowFormat format,
      IOConsumer<? super DataRecord> sink,
      IOConsumer<BrokenRowException> broken,
      Progress progress)
      throws IOException {
    ImportReport report = ImportReport.NOTHING;
    long reportedAt = System.nanoTime();
    try (Rows rows = DataFiles.open(file)) {
      while (true) {
        try {
          Row row = rows.next();
          if (row == null) {
            return new Outcome(report, null);
          }
          List<DataRecord> records = format.read(row);
          for (DataRecord each : records) {
            sink.accept(each);
          }
          report = report.plus(ImportReport.ofKept(records.size()));
        } catch (DroppedRowException e) {
          report = report.plus(ImportReport.ofDropped(e.reason()));
        } catch (BrokenRowException e) {
          report = report.plus(ImportReport.ONE_BROKEN);
          broken.accept(e);
        }
        if (System.nanoTime() - reportedAt > PROGRESS_NANOS) {
          progress.reading(file, rows.share(), report.read());
          reportedAt = System.nanoTime();
        }
      }
    } catch (DataException e) {
      return new Outcome(report, e);
    }
  }
}

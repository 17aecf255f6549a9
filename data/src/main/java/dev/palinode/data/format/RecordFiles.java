package dev.palinode.data.format;

import dev.palinode.data.file.DataFiles;
import dev.palinode.data.file.Row;
import dev.palinode.data.file.Rows;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Counts;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.RecordSink;
import java.io.IOException;
import java.nio.file.Path;
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
  public static ImportReport read(Path file, RowFormat format, RecordSink<? super DataRecord> sink)
      throws IOException {
    RecordSink<BrokenRowException> stop =
        broken -> {
          throw broken;
        };
    Outcome outcome = read(file, format, sink, stop, Progress.SILENT);
    if (outcome.damage() != null) {
      throw outcome.damage();
    } else if (outcome.report().read() == 0) {
      throw new DataException(file, 0, "no rows; expected " + format.description());
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
      RecordSink<? super DataRecord> sink,
      RecordSink<BrokenRowException> broken,
      Progress progress)
      throws IOException {
    RowCounts counts = new RowCounts();
    long reportedAt = System.nanoTime();
    try (Rows rows = DataFiles.open(file)) {
      while (true) {
        ParseResult reading;
        try {
          Row row = rows.next();
          if (row == null) {
            return new Outcome(counts.report(), null);
          }
          reading = format.read(row);
        } catch (BrokenRowException e) {
          counts.broken++;
          broken.accept(e);
          continue;
        }
        take(reading, counts, sink);
        if (System.nanoTime() - reportedAt > PROGRESS_NANOS) {
          progress.reading(file, rows.share(), counts.report().read());
          reportedAt = System.nanoTime();
        }
      }
    } catch (DataException e) {
      return new Outcome(counts.report(), e);
    }
  }

  private static void take(
      ParseResult reading, RowCounts counts, RecordSink<? super DataRecord> sink)
      throws IOException {
    if (reading instanceof ParseResult.Records made) {
      for (DataRecord each : made.records()) {
        sink.accept(each);
      }
      counts.kept++;
      counts.records += made.records().size();
    } else if (reading instanceof ParseResult.Dropped dropped) {
      counts.dropped.add(dropped.reason());
    }
  }

  private static final class RowCounts {
    final Counts<DropReason> dropped = new Counts<>();
    long kept;
    long records;
    long broken;

    ImportReport report() {
      return new ImportReport(kept, records, dropped.asMap(), broken);
    }
  }
}

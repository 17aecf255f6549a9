package dev.palinode.data;

import java.util.EnumMap;

/** Counts what becomes of rows while they are read. Not thread-safe. */
public final class ImportTally {
  private final EnumMap<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
  private long kept;
  private long records;
  private long broken;
  private long rows;

  /** A row became that many records, at least one. */
  public void keep(int made) {
    rows++;
    kept++;
    records += made;
  }

  /** A row is of no use. */
  public void drop(DropReason reason) {
    rows++;
    dropped.merge(reason, 1L, Long::sum);
  }

  /** A row could not be read. */
  public void breakRow() {
    rows++;
    broken++;
  }

  /** Rows so far, whatever became of them. */
  public long rows() {
    return rows;
  }

  /** The counts so far. */
  public ImportReport report() {
    return new ImportReport(kept, records, dropped, broken);
  }
}

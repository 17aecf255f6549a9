package dev.palinode.data.format;

import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import java.util.List;

/** Result of parsing a row: records, or a reason why it was dropped. */
public sealed interface ParseResult {
  /**
   * The row was converted to records.
   *
   * @param records at least one
   */
  record Records(List<? extends DataRecord> records) implements ParseResult {
    public Records {
      records = List.copyOf(records);
      if (records.isEmpty()) {
        throw new IllegalArgumentException(
            "no record: a row without one is dropped, with a reason");
      }
    }
  }

  /** The row is well-formed, but cannot be used. */
  record Dropped(DropReason reason) implements ParseResult {}

  /** The result for a row that is one record. */
  static ParseResult of(DataRecord item) {
    return new Records(List.of(item));
  }

  /** The result for a row that cannot be used. */
  static ParseResult dropped(DropReason reason) {
    return new Dropped(reason);
  }
}

package dev.palinode.data.format;

import dev.palinode.data.DataRecord;
import dev.palinode.data.DropReason;
import java.util.List;

/** What a row was read as. */
public sealed interface Reading {
  /**
   * The row is of use.
   *
   * @param records at least one
   */
  record Records(List<? extends DataRecord> records) implements Reading {
    public Records {
      records = List.copyOf(records);
      if (records.isEmpty()) {
        throw new IllegalArgumentException(
            "no record: a row without one is dropped, with a reason");
      }
    }
  }

  /** The row is well-formed, but cannot be used. */
  record Dropped(DropReason reason) implements Reading {}

  /** A row that is one record. */
  static Reading of(DataRecord item) {
    return new Records(List.of(item));
  }

  /** A row that cannot be used. */
  static Reading dropped(DropReason reason) {
    return new Dropped(reason);
  }
}

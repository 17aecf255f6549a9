package dev.palinode.data.record;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.commons.lang3.Validate;

/**
 * Counts of the rows of imported files. Every row read is kept, dropped for exactly one reason, or
 * broken.
 *
 * @param kept rows that became records; at least 0
 * @param records number of records made from the kept rows; at least {@code kept}
 * @param dropped dropped rows by reason, in the order of {@link DropReason}; every count is at
 *     least 1
 * @param broken rows that could not be parsed; at least 0
 */
public record ImportReport(long kept, long records, Map<DropReason, Long> dropped, long broken) {
  /** The report of no rows. */
  public static final ImportReport NOTHING = new ImportReport(0, 0, Map.of(), 0);

  /** The report of one broken row. */
  public static final ImportReport ONE_BROKEN = new ImportReport(0, 0, Map.of(), 1);

  /**
   * @throws IllegalArgumentException if a count is out of range
   */
  public ImportReport {
    Validate.isTrue(kept >= 0, "kept is %s: it must be at least 0", kept);
    Validate.isTrue(broken >= 0, "broken is %s: it must be at least 0", broken);
    Validate.isTrue(records >= kept, "%s records of %s rows: too few", records, kept);
    dropped.forEach(
        (reason, count) -> Validate.isTrue(count > 0, "dropped %s is %s", reason, count));
    EnumMap<DropReason, Long> copy = new EnumMap<>(DropReason.class);
    copy.putAll(dropped);
    dropped = Collections.unmodifiableMap(copy);
  }

  /** The report of one row that became this many records. */
  public static ImportReport ofKept(int records) {
    return new ImportReport(1, records, Map.of(), 0);
  }

  /** The report of one dropped row. */
  public static ImportReport ofDropped(DropReason reason) {
    return new ImportReport(0, 0, Map.of(reason, 1L), 0);
  }

  /** The sum of two reports. */
  public ImportReport plus(ImportReport other) {
    EnumMap<DropReason, Long> both = new EnumMap<>(DropReason.class);
    both.putAll(dropped);
    other.dropped.forEach((reason, count) -> both.merge(reason, count, Long::sum));
    return new ImportReport(
        kept + other.kept, records + other.records, both, broken + other.broken);
  }

  /** Number of rows read: kept, dropped and broken. */
  public long read() {
    return kept + droppedTotal() + broken;
  }

  /** Number of rows dropped, for any reason. */
  public long droppedTotal() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One line for a log: {@code read 12, kept 9, dropped 3 (2: a turn has no text; 1: ...)}. */
  @Override
  public String toString() {
    String reasons =
        dropped.entrySet().stream()
            .map(entry -> entry.getValue() + ": " + entry.getKey().description())
            .collect(Collectors.joining("; "));
    return String.format(
        Locale.ROOT,
        "read %d, kept %d, dropped %d%s%s",
        read(),
        kept,
        droppedTotal(),
        reasons.isEmpty() ? "" : " (" + reasons + ")",
        broken == 0 ? "" : ", broken " + broken);
  }
}

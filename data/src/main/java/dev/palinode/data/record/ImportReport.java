package dev.palinode.data.record;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of the rows of imported files. Every row read is kept, dropped for exactly one
 * reason, or broken.
 *
 * @param kept rows that became records; at least 0
 * @param records made of them: a row can hold several; at least {@code kept}
 * @param dropped rows left out, by reason, in the order of {@link DropReason}; reasons that did not
 *     occur are absent, so every count is at least 1
 * @param broken rows that could not be read; at least 0
 */
public record ImportReport(long kept, long records, Map<DropReason, Long> dropped, long broken) {
  /** Of no rows. */
  public static final ImportReport NOTHING = new ImportReport(0, Map.of());

  /**
   * @throws IllegalArgumentException if a count is out of range
   */
  public ImportReport {
    require(kept >= 0, "kept is %d: it must be at least 0", kept);
    require(broken >= 0, "broken is %d: it must be at least 0", broken);
    require(records >= kept, "%d records of %d rows: too few", records, kept);
    dropped.forEach((reason, count) -> require(count > 0, "dropped %s is %d", reason, count));
    EnumMap<DropReason, Long> copy = new EnumMap<>(DropReason.class);
    copy.putAll(dropped);
    dropped = Collections.unmodifiableMap(copy);
  }

  /** A report without broken rows, of rows that became one record each. */
  public ImportReport(long kept, Map<DropReason, Long> dropped) {
    this(kept, kept, dropped, 0);
  }

  /** What became of these rows and of others. */
  public ImportReport plus(ImportReport other) {
    EnumMap<DropReason, Long> both = new EnumMap<>(DropReason.class);
    both.putAll(dropped);
    other.dropped.forEach((reason, count) -> both.merge(reason, count, Long::sum));
    return new ImportReport(
        kept + other.kept, records + other.records, both, broken + other.broken);
  }

  /** Rows read: kept, dropped and broken together. */
  public long read() {
    return kept + droppedTotal() + broken;
  }

  /** Rows dropped, for whatever reason. */
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

  private static void require(boolean holds, String problem, Object... values) {
    if (!holds) {
      throw new IllegalArgumentException(String.format(Locale.ROOT, problem, values));
    }
  }
}

package dev.palinode.data;

import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What became of the rows of an imported file. Every row read is either kept or dropped for exactly
 * one reason.
 *
 * @param kept rows that became records; at least 0
 * @param dropped rows left out, by reason, in the order of {@link DropReason}; reasons that did not
 *     occur are absent, so every count is at least 1
 */
public record ImportReport(long kept, Map<DropReason, Long> dropped) {
  /**
   * @throws IllegalArgumentException if a count is out of range
   */
  public ImportReport {
    if (kept < 0) {
      throw new IllegalArgumentException("kept is " + kept + ": it must be at least 0");
    }
    EnumMap<DropReason, Long> copy = new EnumMap<>(DropReason.class);
    copy.putAll(dropped);
    copy.forEach(
        (reason, count) -> {
          if (count < 1) {
            throw new IllegalArgumentException(
                "dropped " + reason + " is " + count + ": leave out reasons that did not occur");
          }
        });
    dropped = Collections.unmodifiableMap(copy);
  }

  /** Rows read: kept and dropped together. */
  public long read() {
    return kept + droppedTotal();
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
    return "read %d, kept %d, dropped %d%s"
        .formatted(read(), kept, droppedTotal(), reasons.isEmpty() ? "" : " (" + reasons + ")");
  }
}

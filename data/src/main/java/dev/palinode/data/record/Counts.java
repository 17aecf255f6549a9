package dev.palinode.data.record;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Counter of occurrences by key, in the keys' natural order. Not thread-safe.
 *
 * @param <K> the type of key
 */
public final class Counts<K extends Comparable<K>> {
  private final Map<K, Long> counts = new TreeMap<>();

  /** Adds one to the count of a key. */
  public void add(K key) {
    counts.merge(key, 1L, Long::sum);
  }

  /** The count of a key. */
  public long of(K key) {
    return counts.getOrDefault(key, 0L);
  }

  /** The sum of all counts. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The counts above 0; a read-only view. */
  public Map<K, Long> asMap() {
    return Collections.unmodifiableMap(counts);
  }

  /**
   * One-line summary: {@code 3 kept; 1 dropped}.
   *
   * @param none the result if there are no counts
   */
  public String summary(Function<K, String> description, String none) {
    return counts.isEmpty()
        ? none
        : counts.entrySet().stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT, "%,d %s", each.getValue(), description.apply(each.getKey())))
            .collect(Collectors.joining("; "));
  }

  /** A Markdown table of these keys with their counts, preceded by a blank line. */
  public String table(
      String title, String unit, Iterable<K> keys, Function<K, String> description) {
    StringBuilder text = new StringBuilder("\n| " + title + " | " + unit + " |\n|---|---:|\n");
    for (K key : keys) {
      text.append(String.format(Locale.ROOT, "| %s | %,d |\n", description.apply(key), of(key)));
    }
    return text.toString();
  }
}

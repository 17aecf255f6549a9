package dev.palinode.data.record;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * How often each of several things occurred, in their natural order. Not thread-safe.
 *
 * @param <K> the things
 */
public final class Counts<K extends Comparable<K>> {
  private final Map<K, Long> counts = new TreeMap<>();

  /** Counts one more. */
  public void add(K key) {
    counts.merge(key, 1L, Long::sum);
  }

  /** How often it occurred. */
  public long of(K key) {
    return counts.getOrDefault(key, 0L);
  }

  /** How often all occurred together. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** The counts, of what occurred at all; a view. */
  public Map<K, Long> asMap() {
    return Collections.unmodifiableMap(counts);
  }

  /**
   * In a line for people: {@code 3 kept; 1 dropped}.
   *
   * @param none stands for no counts at all
   */
  public String words(Function<K, String> description, String none) {
    return counts.isEmpty()
        ? none
        : counts.entrySet().stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT, "%,d %s", each.getValue(), description.apply(each.getKey())))
            .collect(Collectors.joining("; "));
  }

  /** A Markdown table of these keys with their counts, after an empty line. */
  public String table(
      String title, String unit, Iterable<K> keys, Function<K, String> description) {
    StringBuilder text = new StringBuilder("\n| " + title + " | " + unit + " |\n|---|---:|\n");
    for (K key : keys) {
      text.append(String.format(Locale.ROOT, "| %s | %,d |\n", description.apply(key), of(key)));
    }
    return text.toString();
  }
}

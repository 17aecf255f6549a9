package dev.palinode.data.cache;

import java.util.List;

/**
 * How one kind of value is a line of a {@link ContentCache}: as texts with names, behind the key.
 * Implementations are thread-safe.
 *
 * @param <V> the kind of value
 */
public interface ValueFormat<V> {
  /** What messages call a value, such as label: stands behind "a", and before an s if many. */
  String noun();

  /** A value, for messages that say what was expected. */
  V example();

  /** Names of the texts, always the same and in the order in which they are written; no "key". */
  List<String> fields();

  /**
   * The texts of a value, one for each field.
   *
   * @throws IllegalArgumentException if such a value is not to be kept
   */
  List<String> texts(V value);

  /**
   * The value of some texts.
   *
   * @param texts one for each field
   * @throws IllegalArgumentException if they are none's
   */
  V value(List<String> texts);
}

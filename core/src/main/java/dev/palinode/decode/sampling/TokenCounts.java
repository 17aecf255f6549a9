package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * How often each token occurs in a sequence: distinct ids with their counts, in the order in which
 * they first occurred.
 *
 * <p>Tokens come and go at the sequence's end only. So an id whose last occurrence goes is always
 * the one that came last of all distinct ids, and they form a stack: nothing is ever searched for
 * or moved. Adding and removing take constant time; going over all takes time in proportion to the
 * distinct ids. Not thread-safe.
 */
public final class TokenCounts {
  private final Map<Integer, Integer> slots = new HashMap<>(); // id -> index in the arrays
  private int[] ids = new int[16]; // [distinct]
  private int[] counts = new int[16]; // [distinct]
  private int distinct;

  TokenCounts() {}

  /** Number of distinct ids. */
  public int distinct() {
    return distinct;
  }

  /**
   * A distinct id.
   *
   * @param index from 0 to {@link #distinct()}, not included
   */
  public int id(int index) {
    return ids[index];
  }

  /**
   * How often {@link #id(int) id(index)} occurs, at least once.
   *
   * @param index from 0 to {@link #distinct()}, not included
   */
  public int count(int index) {
    return counts[index];
  }

  void add(int id) {
    Integer slot = slots.putIfAbsent(id, distinct);
    if (slot != null) {
      counts[slot]++;
      return;
    }
    if (distinct == ids.length) {
      ids = Arrays.copyOf(ids, 2 * distinct);
      counts = Arrays.copyOf(counts, 2 * distinct);
    }
    ids[distinct] = id;
    counts[distinct] = 1;
    distinct++;
  }

  /**
   * Takes back the last token that was added.
   *
   * @param id that token
   */
  void removeLast(int id) {
    Integer slot = slots.get(id);
    if (slot == null) {
      throw new IllegalStateException("token " + id + " was never added");
    }
    counts[slot]--;
    if (counts[slot] == 0) {
      slots.remove(id);
      distinct--;
    }
  }
}

package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Token counts for penalties: how often each token occurs in the prompt and in the visible
 * generated text.
 *
 * <p>An undo calls {@link #truncate}: afterwards the history is as if the rest had never been
 * appended, so that withdrawn text is not penalized. A reset token is never appended, because it is
 * not visible.
 *
 * <p>Distinct ids have an index in the order in which they first occurred. Tokens are only added
 * and removed at the end, so the distinct ids form a stack: the one whose last occurrence is
 * removed is always the last one. Not thread-safe.
 */
public final class TokenHistory {
  private final Map<Integer, Integer> indices = new HashMap<>(); // by id
  private int[] ids = new int[16]; // [distinct]
  private int[] counts = new int[16]; // [distinct], in prompt and generated text
  private int[] generatedCounts = new int[16]; // [distinct]
  private int distinct;
  private int[] generated = new int[16]; // [size], indices
  private int size;

  /**
   * A history without generated tokens.
   *
   * @param prompt token ids of the context, which may be empty
   */
  public TokenHistory(int[] prompt) {
    for (int id : prompt) {
      counts[index(id)]++;
    }
  }

  private int index(int id) {
    Integer known = indices.putIfAbsent(id, distinct);
    if (known != null) {
      return known;
    }
    if (distinct == ids.length) {
      ids = Arrays.copyOf(ids, 2 * distinct);
      counts = Arrays.copyOf(counts, 2 * distinct);
      generatedCounts = Arrays.copyOf(generatedCounts, 2 * distinct);
    }
    ids[distinct] = id;
    return distinct++;
  }

  /** Appends a generated token. */
  public void append(int id) {
    if (size == generated.length) {
      generated = Arrays.copyOf(generated, 2 * size);
    }
    int index = index(id);
    counts[index]++;
    generatedCounts[index]++;
    generated[size++] = index;
  }

  /**
   * Removes all but the first generated tokens.
   *
   * @param kept from 0 (only the prompt remains) to {@link #generated()}
   * @throws IllegalArgumentException if there are fewer
   */
  public void truncate(int kept) {
    if (kept < 0 || kept > size) {
      throw new IllegalArgumentException(
          "cannot keep " + kept + " generated tokens: expected 0 to " + size);
    }
    while (size > kept) {
      int index = generated[--size];
      generatedCounts[index]--;
      if (--counts[index] == 0) {
        indices.remove(ids[index]);
        distinct--;
      }
    }
  }

  /** Number of generated tokens. */
  public int generated() {
    return size;
  }

  /** Number of distinct ids. */
  public int distinct() {
    return distinct;
  }

  /** The distinct id at an index below {@link #distinct()}. */
  public int id(int index) {
    return ids[index];
  }

  /** How often that id occurs in the generated text: 0 if only in the prompt. */
  public int generatedCount(int index) {
    return generatedCounts[index];
  }

  /** How often that id occurs in the prompt and the generated text: at least once. */
  public int count(int index) {
    return counts[index];
  }
}

package dev.palinode.decode.sampling;

import java.util.Arrays;

/**
 * The tokens before the next one, as far as they stand: the prompt, and what has been generated and
 * not taken back. Penalties look at it.
 *
 * <p>An undo is {@link #truncate}: afterwards the history is exactly as if the rest had never been,
 * so that withdrawn text is not penalised. A reset token itself is never appended, for it does not
 * stand. Not thread-safe.
 */
public final class TokenHistory {
  private final TokenCounts all = new TokenCounts();
  private final TokenCounts generatedCounts = new TokenCounts();
  private int[] generated = new int[16]; // [size]
  private int size;

  /**
   * A history in which nothing has been generated.
   *
   * @param prompt token ids of the context, which may be empty
   */
  public TokenHistory(int[] prompt) {
    for (int id : prompt) {
      all.add(id);
    }
  }

  /** Appends a generated token that stands. */
  public void append(int id) {
    if (size == generated.length) {
      generated = Arrays.copyOf(generated, 2 * size);
    }
    generated[size++] = id;
    all.add(id);
    generatedCounts.add(id);
  }

  /**
   * Keeps the first generated tokens and forgets the rest.
   *
   * @param generated how many to keep: from 0, which goes back to the prompt, to {@link
   *     #generated()}
   * @throws IllegalArgumentException if there are not that many
   */
  public void truncate(int generated) {
    if (generated < 0 || generated > size) {
      throw new IllegalArgumentException(
          "cannot keep " + generated + " generated tokens: expected 0 to " + size);
    }
    while (size > generated) {
      int id = this.generated[--size];
      generatedCounts.removeLast(id);
      all.removeLast(id);
    }
  }

  /** Number of generated tokens that stand. */
  public int generated() {
    return size;
  }

  /** Counts of the prompt's tokens and the generated ones together; a live view. */
  public TokenCounts counts() {
    return all;
  }

  /** Counts of the generated tokens alone; a live view. */
  public TokenCounts generatedCounts() {
    return generatedCounts;
  }
}

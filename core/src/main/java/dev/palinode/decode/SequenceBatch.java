package dev.palinode.decode;

/**
 * The sequences that a {@link CausalLm} is working on, with what it remembers of them (the KV
 * cache). Rows are independent: what one holds never changes another's logits, beyond the rounding
 * that comes with the size of a batch.
 *
 * <p>A row is named by the handle that {@link #add} or {@link #fork} returned; handles are never
 * used twice. Not thread-safe.
 */
public interface SequenceBatch extends AutoCloseable {
  /**
   * Adds an empty row.
   *
   * @return its handle
   */
  int add();

  /** Number of tokens that the row holds. */
  int length(int row);

  /**
   * Appends tokens to rows and computes the logits after the last token of each.
   *
   * @param rows distinct handles, at least one
   * @param tokens {@code tokens[i]} is appended to {@code rows[i]}: at least one token, and no more
   *     than fit in the model's context
   * @return {@code [rows][vocab]}; the arrays are the caller's
   * @throws IllegalArgumentException if a handle is unknown, a token is outside the vocabulary or
   *     the context would overflow. Whatever is thrown, also for lack of memory: no row has changed
   *     then
   */
  float[][] forward(int[] rows, int[][] tokens);

  /**
   * Forgets everything after the first {@code length} tokens of the row, as if it had never been
   * there.
   *
   * @param length between 0 and {@link #length(int)}
   */
  void truncate(int row, int length);

  /**
   * Adds a row that holds the same tokens as {@code row}; where it throws, none is added.
   *
   * @return its handle
   */
  int fork(int row);

  /** Removes a row; its handle is unknown from then on. */
  void remove(int row);

  /** Frees the memory of all rows. */
  @Override
  void close();
}

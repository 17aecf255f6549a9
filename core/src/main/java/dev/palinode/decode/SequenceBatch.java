package dev.palinode.decode;

/**
 * A batch of sequences of a {@link CausalLm}, with their KV cache. Rows are independent, except for
 * rounding that depends on the size of a batch. A row is identified by the handle that {@link #add}
 * or {@link #fork} returned; handles are never reused. Not thread-safe.
 */
public interface SequenceBatch extends AutoCloseable {
  /** Adds an empty row, and returns its handle. */
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
   *     the context would overflow. After any exception, including out of memory, no row has
   *     changed
   */
  float[][] forward(int[] rows, int[][] tokens);

  /** Removes all but the first {@code length} tokens of the row: 0 to {@link #length(int)}. */
  void truncate(int row, int length);

  /** Adds a copy of {@code row}, and returns its handle; if this throws, none is added. */
  int fork(int row);

  /** Removes a row; its handle becomes invalid. */
  void remove(int row);

  /** Frees the memory of all rows. */
  @Override
  void close();
}

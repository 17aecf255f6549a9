package dev.palinode.model;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;

/** Which keys a query sees: those up to itself, and with a window not those far behind. */
final class Masks {
  private Masks() {}

  /**
   * For a row of queries at neighbouring positions.
   *
   * @param like a tensor on the device where the mask is wanted
   * @param firstQuery position of the first query
   * @param queries how many
   * @param keys how many, from position 0
   * @param window how many positions back a query sees, itself included; 0 for all
   * @return {@code [1, 1, queries, keys]}, BOOL
   */
  static Tensor window(Tensor like, long firstQuery, long queries, long keys, int window) {
    long[] positions = new long[Math.toIntExact(queries)];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = firstQuery + i;
    }
    Tensor at = Tensors.of(positions, 1, 1, queries, 1).to(like.device());
    return window(at, 0, keys, window);
  }

  /**
   * For queries at any positions.
   *
   * @param positions {@code [batch, 1, queries, 1]}, I64
   * @param firstKey position of the first key
   * @param keys how many
   * @param window how many positions back a query sees, itself included; 0 for all
   * @return {@code [batch, 1, queries, keys]}, BOOL
   */
  static Tensor window(Tensor positions, long firstKey, long keys, int window) {
    Tensor range = Tensors.range(keys, DType.I64, positions.device());
    Tensor key = firstKey == 0 ? range : range.plus(firstKey);
    Tensor notLater = key.lessOrEqual(positions);
    return window == 0 ? notLater : notLater.and(key.greaterThan(positions.plus(-window)));
  }
}

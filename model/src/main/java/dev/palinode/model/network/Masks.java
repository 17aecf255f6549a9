package dev.palinode.model.network;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;

/** Attention masks: a query sees the keys up to itself, and with a window only the last of them. */
public final class Masks {
  private Masks() {}

  /**
   * The mask of a layer, {@code [batch, 1, queries, keys]}, BOOL.
   *
   * @param positions of the queries, {@code [batch, 1, queries, 1]}, I64
   * @param window how many positions back a query sees, itself included; 0 for all
   */
  public static Tensor window(Tensor positions, long firstKey, long keys, int window) {
    Tensor range = Tensors.range(keys, DType.I64, positions.device());
    Tensor key = firstKey == 0 ? range : range.plus(firstKey);
    Tensor notLater = key.lessOrEqual(positions);
    return window == 0 ? notLater : notLater.and(key.greaterThan(positions.plus(-window)));
  }
}

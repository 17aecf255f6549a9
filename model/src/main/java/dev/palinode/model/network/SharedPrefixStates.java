package dev.palinode.model.network;

import dev.palinode.tensor.Tensor;
import java.util.List;
import java.util.Objects;

/**
 * The last hidden states of {@linkplain SharedPrefixBatch shared-prefix trees}, and the index of
 * each token in them.
 */
public final class SharedPrefixStates {
  private final Tensor hidden;
  private final List<SharedPrefixBatch> trees;
  private final long columns;

  /** Of {@code [trees, seq, hidden]}, a tree in each row, padded at its end. */
  SharedPrefixStates(Tensor hidden, List<SharedPrefixBatch> trees) {
    this.hidden = hidden;
    this.trees = List.copyOf(trees);
    this.columns = hidden.size(1);
  }

  /**
   * All hidden states one after the other, for {@link Tensor#indexSelect} by {@link #place},
   * normed: ready for {@link Transformer#logits}.
   *
   * @return {@code [trees * seq, hidden]}, padded at the end of each tree
   */
  public Tensor flat() {
    return hidden.reshape(-1, hidden.size(2));
  }

  /**
   * The row of {@link #flat} for a token of a sequence, which is a tree's prefix and a suffix.
   *
   * @param index of the token in that sequence, counted from the prefix's first
   */
  public long place(int tree, int suffix, int index) {
    SharedPrefixBatch of = trees.get(tree);
    int prefix = of.prefix().length;
    Objects.checkIndex(index, prefix + of.suffixes().get(suffix).length);
    return tree * columns + (index < prefix ? index : of.firstColumn(suffix) + index - prefix);
  }
}

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
   * The row of {@link #flat} for a token of a sequence, which is a tree's trunk and a branch.
   *
   * @param index of the token in that sequence, counted from the trunk's first
   */
  public long place(int tree, int branch, int index) {
    SharedPrefixBatch of = trees.get(tree);
    int trunk = of.trunk().length;
    Objects.checkIndex(index, trunk + of.branches().get(branch).length);
    return tree * columns + (index < trunk ? index : of.firstColumn(branch) + index - trunk);
  }
}

package dev.palinode.model.network;

import dev.palinode.model.config.AttentionConfig;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Causal self-attention of {@linkplain SharedPrefixBatch shared-prefix trees}, one in each row: a
 * token sees its trunk and its branch, up to itself. For training.
 */
final class SharedPrefixAttention implements Attention {
  private final AttentionConfig config;
  private final long[] positions; // [rows * columns], 0 for padding
  private final Map<Integer, Tensor> masks = new HashMap<>(); // [rows, 1, columns, columns]

  /** Creates the masks of all layers at once: inside a layer, they would belong to its scope. */
  SharedPrefixAttention(
      AttentionConfig config, List<SharedPrefixBatch> trees, int columns, Device device) {
    this.config = config;
    int rows = trees.size();
    this.positions = new long[rows * columns];
    long[] branchStarts = new long[rows * columns]; // first column of a token's branch
    long[] trunkEnds = new long[rows]; // column of the trunk's last token
    for (int row = 0; row < rows; row++) {
      layOut(trees.get(row), row * columns, branchStarts);
      trunkEnds[row] = trees.get(row).trunk().length - 1L;
    }
    Tensor key = Tensors.range(columns, DType.I64, device); // columns, not positions
    Tensor notLater = key.lessOrEqual(key.reshape(columns, 1));
    Tensor inTrunk = key.lessOrEqual(Tensors.of(trunkEnds, rows, 1, 1, 1).to(device));
    Tensor inBranch = Tensors.of(branchStarts, rows, 1, columns, 1).to(device).lessOrEqual(key);
    Tensor seen = notLater.and(inTrunk.or(inBranch));
    Tensor position = Tensors.of(positions, rows, 1, columns, 1).to(device);
    Tensor keyPosition = position.reshape(rows, 1, 1, columns);
    for (int window : config.windows()) {
      masks.computeIfAbsent(
          window,
          width -> width == 0 ? seen : seen.and(keyPosition.greaterThan(position.plus(-width))));
    }
  }

  private void layOut(SharedPrefixBatch tree, int first, long[] branchStarts) {
    int trunk = tree.trunk().length;
    for (int i = 0; i < trunk; i++) {
      positions[first + i] = i;
    }
    int column = trunk;
    for (int[] branch : tree.branches()) {
      int start = column;
      for (int i = 0; i < branch.length; i++, column++) {
        positions[first + column] = (long) trunk + i;
        branchStarts[first + column] = start;
      }
    }
    // The rest is padding, at position 0 of a branch that begins at 0: it sees all earlier columns,
    // so that its softmax does not divide by zero, and no token sees it.
  }

  long[] positions() {
    return positions;
  }

  @Override
  public Tensor attend(int layer, Tensor query, Tensor key, Tensor value) {
    DType type = ScaledDotProductAttention.type(query.dtype(), query.device());
    return ScaledDotProductAttention.attend(
        config,
        query,
        key.to(type).transpose(1, 2),
        value.to(type).transpose(1, 2),
        masks.get(config.windows().get(layer)),
        /* causal= */ false);
  }
}

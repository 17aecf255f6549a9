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
 * token sees its prefix and its suffix, up to itself. For training.
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
    long[] suffixStarts = new long[rows * columns]; // first column of a token's suffix
    long[] prefixEnds = new long[rows]; // column of the prefix's last token
    for (int row = 0; row < rows; row++) {
      layOut(trees.get(row), row * columns, suffixStarts);
      prefixEnds[row] = trees.get(row).prefix().length - 1L;
    }
    Tensor key = Tensors.range(columns, DType.I64, device); // columns, not positions
    Tensor notLater = key.lessOrEqual(key.reshape(columns, 1));
    Tensor inPrefix = key.lessOrEqual(Tensors.of(prefixEnds, rows, 1, 1, 1).to(device));
    Tensor inSuffix = Tensors.of(suffixStarts, rows, 1, columns, 1).to(device).lessOrEqual(key);
    Tensor seen = notLater.and(inPrefix.or(inSuffix));
    Tensor position = Tensors.of(positions, rows, 1, columns, 1).to(device);
    Tensor keyPosition = position.reshape(rows, 1, 1, columns);
    for (int window : config.windows()) {
      masks.computeIfAbsent(
          window,
          width -> width == 0 ? seen : seen.and(keyPosition.greaterThan(position.plus(-width))));
    }
  }

  private void layOut(SharedPrefixBatch tree, int first, long[] suffixStarts) {
    int prefix = tree.prefix().length;
    for (int i = 0; i < prefix; i++) {
      positions[first + i] = i;
    }
    int column = prefix;
    for (int[] suffix : tree.suffixes()) {
      int start = column;
      for (int i = 0; i < suffix.length; i++, column++) {
        positions[first + column] = (long) prefix + i;
        suffixStarts[first + column] = start;
      }
    }
    // The rest is padding, at position 0 of a suffix that begins at 0: it sees all earlier columns,
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

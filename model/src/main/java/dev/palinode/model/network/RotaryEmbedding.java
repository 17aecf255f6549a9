package dev.palinode.model.network;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.RotaryConfig;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.Arrays;
import java.util.List;

/**
 * Rotary position embedding in the half-split layout of Hugging Face: dimension i of a head is
 * rotated together with dimension i + half (Su et al., 2021).
 *
 * <p>Angles are computed in single precision, as transformers does, so that distant positions agree
 * with training. The tables grow with the sequences, by doubling: a context of 128k tokens costs
 * nothing until it is used. Thread-safe.
 */
final class RotaryEmbedding implements AutoCloseable {
  private static final int FIRST_POSITIONS = 512;

  /** Cosines and sines for the positions of a batch, each {@code [batch or 1, seq, 1, rotated]}. */
  record Rotation(Tensor cos, Tensor sin) {
    /** Rotates queries or keys {@code [batch, seq, heads, headDim]}, in the table's type. */
    Tensor apply(Tensor given) {
      Tensor x = given.to(cos.dtype());
      long turned = cos.size(-1);
      if (turned == x.size(-1)) {
        return turn(x, turned);
      }
      Tensor first = turn(x.narrow(-1, 0, turned), turned);
      return Tensors.concatenate(List.of(first, x.narrow(-1, turned, x.size(-1) - turned)), -1);
    }

    /** The sines of the first half carry the sign of {@code (-x2, x1)}. */
    private Tensor turn(Tensor x, long dimensions) {
      return x.times(cos).plusProduct(x.roll(dimensions / 2, -1), sin);
    }
  }

  private final ModelConfig config;
  private final DType type;
  private final Device device;
  private Tensor cos; // [positions, rotated]
  private Tensor sin; // [positions, rotated], negative in the first half

  RotaryEmbedding(ModelConfig config, DType type, Device device) {
    this.config = config;
    this.type = type;
    this.device = device;
    Rotation tables = tables(Math.min(FIRST_POSITIONS, config.contextLength()));
    cos = tables.cos;
    sin = tables.sin;
  }

  private Rotation tables(long positions) {
    double magnitude = config.rotary().scaling().magnitude();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor frequencies = frequencies();
      Tensor angles =
          Tensors.range(positions, DType.F32, device)
              .unsqueeze(1)
              .times(frequencies.to(device).unsqueeze(0));
      Tensor c = angles.cos().times(magnitude);
      Tensor s = angles.sin().times(magnitude);
      return new Rotation(
          Tensors.concatenate(List.of(c, c), 1).to(type).retain(),
          Tensors.concatenate(List.of(s.negate(), s), 1).to(type).retain());
    }
  }

  private Tensor frequencies() {
    int turned = config.rotary().dimensions(config.attention().headDim());
    RotaryConfig rotary = config.rotary();
    double[] exact = rotary.scaling().frequencies(rotary.base(), turned, config.contextLength());
    return Tensors.of(exact, exact.length).to(DType.F32);
  }

  private synchronized Rotation upTo(long positions) {
    if (positions > cos.size(0)) {
      Rotation larger =
          tables(Math.min(config.contextLength(), Math.max(positions, 2 * cos.size(0))));
      cos.close(); // a thread that is using the old table holds a view of it
      sin.close();
      cos = larger.cos;
      sin = larger.sin;
    }
    // Views belong to the caller's scope.
    return new Rotation(cos.narrow(0, 0, cos.size(0)), sin.narrow(0, 0, sin.size(0)));
  }

  /** For sequences that all begin at position 0. */
  Rotation first(long length) {
    Rotation tables = upTo(length);
    return new Rotation(
        tables.cos.narrow(0, 0, length).unsqueeze(1).unsqueeze(0),
        tables.sin.narrow(0, 0, length).unsqueeze(1).unsqueeze(0));
  }

  /** For tokens at any positions, {@code [batch * seq]}, row by row. */
  Rotation at(long[] positions, long batch, long length) {
    Rotation tables = upTo(Arrays.stream(positions).max().orElse(0) + 1);
    long turned = tables.cos.size(1);
    Tensor indices = Tensors.of(positions, positions.length).to(device);
    return new Rotation(
        tables.cos.indexSelect(0, indices).reshape(batch, length, 1, turned),
        tables.sin.indexSelect(0, indices).reshape(batch, length, 1, turned));
  }

  @Override
  public synchronized void close() {
    cos.close();
    sin.close();
  }
}

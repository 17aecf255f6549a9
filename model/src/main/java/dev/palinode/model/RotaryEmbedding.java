package dev.palinode.model;

import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.List;

/**
 * Rotary position embedding in the half-split layout of Hugging Face: dimension i of a head turns
 * together with dimension i + headDim / 2 (Su et al., 2021).
 *
 * <p>The angles of all positions are computed once, in double precision.
 */
final class RotaryEmbedding implements AutoCloseable {
  /** Cosines and sines for the positions of a batch, each {@code [batch or 1, seq, 1, headDim]}. */
  record Rotation(Tensor cos, Tensor sin) {
    /**
     * Turns queries or keys.
     *
     * @param x {@code [batch, seq, heads, headDim]}
     */
    Tensor apply(Tensor x) {
      long half = x.size(-1) / 2;
      Tensor first = x.narrow(-1, 0, half);
      Tensor second = x.narrow(-1, half, half);
      Tensor turned = Tensors.concatenate(List.of(second.negate(), first), -1);
      return x.times(cos).plus(turned.times(sin));
    }
  }

  private final Tensor cos; // [context, headDim]
  private final Tensor sin; // [context, headDim]

  RotaryEmbedding(ModelConfig config) {
    double[] frequencies = config.ropeScaling().frequencies(config.ropeBase(), config.headDim());
    int positions = config.contextLength();
    int dim = config.headDim();
    float[] cosines = new float[positions * dim];
    float[] sines = new float[positions * dim];
    for (int position = 0; position < positions; position++) {
      for (int i = 0; i < dim / 2; i++) {
        int first = position * dim + i;
        int second = first + dim / 2;
        double angle = position * frequencies[i];
        cosines[first] = cosines[second] = (float) Math.cos(angle);
        sines[first] = sines[second] = (float) Math.sin(angle);
      }
    }
    cos = Tensors.of(cosines, positions, dim).retain();
    sin = Tensors.of(sines, positions, dim).retain();
  }

  /** For sequences that all begin at position 0. */
  Rotation first(long length) {
    return new Rotation(
        cos.narrow(0, 0, length).unsqueeze(1).unsqueeze(0),
        sin.narrow(0, 0, length).unsqueeze(1).unsqueeze(0));
  }

  /**
   * For tokens at any positions.
   *
   * @param positions {@code [batch * seq]}, I64
   */
  Rotation at(Tensor positions, long batch, long length) {
    long dim = cos.size(1);
    return new Rotation(
        cos.indexSelect(0, positions).reshape(batch, length, 1, dim),
        sin.indexSelect(0, positions).reshape(batch, length, 1, dim));
  }

  @Override
  public void close() {
    cos.close();
    sin.close();
  }
}

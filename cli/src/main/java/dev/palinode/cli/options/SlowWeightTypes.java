package dev.palinode.cli.options;

import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import java.util.Optional;

/** Types of weights that are slower than F32 on a CPU; measurements are in docs/performance.md. */
public final class SlowWeightTypes {
  private static final int MANY_ROWS = 8;

  private SlowWeightTypes() {}

  /**
   * A warning that a type is slower on this processor; empty if it is not.
   *
   * @param rows that are decoded together, at most
   */
  public static Optional<String> onThisProcessor(WeightType type, int rows) {
    // Processors with fast BF16 products compute with eight-bit weights as BF16.
    boolean fastBf16 = WeightType.INT8.computeType(Device.CPU) == DType.BF16;
    return of(type, rows, fastBf16);
  }

  static Optional<String> of(WeightType type, int rows, boolean fastBf16) {
    if (type == WeightType.INT8 && fastBf16 && rows >= MANY_ROWS) {
      return Optional.of(
          "int8 decodes 8 or more requests together slower than f32 on this processor (about 0.7"
              + " times); it saves memory");
    } else if (type == WeightType.BF16 && !fastBf16) {
      return Optional.of(
          "bf16 reads prompts and decodes batches several times slower than f32 on this processor,"
              + " which has no bf16 instructions; it saves memory, and so does int8");
    }
    return Optional.empty();
  }
}

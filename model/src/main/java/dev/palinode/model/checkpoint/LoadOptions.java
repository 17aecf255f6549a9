package dev.palinode.model.checkpoint;

import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How a checkpoint is opened for inference.
 *
 * @param device where it computes
 * @param weights form of the matrices; empty for that of the checkpoint if the device computes well
 *     with it, see {@link #weightsFor}
 * @param contextLength the most tokens of a sequence; empty for the checkpoint's default
 */
public record LoadOptions(Device device, Optional<WeightType> weights, OptionalInt contextLength) {
  public LoadOptions {
    if (contextLength.isPresent() && contextLength.getAsInt() < 1) {
      throw new IllegalArgumentException(
          "context length " + contextLength.getAsInt() + ": expected 1 or more");
    }
  }

  /** On the CPU, in the checkpoint's own type. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(Device.CPU, Optional.empty(), OptionalInt.empty());

  /** The same with that form of the matrices. */
  public LoadOptions withWeights(WeightType type) {
    return new LoadOptions(device, Optional.of(type), contextLength);
  }

  /**
   * The form of that name on the command line.
   *
   * @param name {@code auto}, {@code f32}, {@code bf16}, {@code f16} or {@code int8}
   * @throws IllegalArgumentException if it is none of these
   */
  public static Optional<WeightType> weights(String name) {
    if (name.equals("auto")) {
      return Optional.empty();
    }
    for (WeightType type : WeightType.values()) {
      if (type.name().toLowerCase(Locale.ROOT).equals(name)) {
        return Optional.of(type);
      }
    }
    throw new IllegalArgumentException(
        "weights is \"" + name + "\": expected auto, f32, bf16, f16 or int8");
  }

  /** The form for weights that have that type on disk. */
  public WeightType weightsFor(DType onDisk) {
    if (weights.isPresent()) {
      return weights.get();
    }
    return switch (onDisk) {
      case BF16 -> WeightType.BF16;
      // CPUs have no arithmetic in F16; F32 holds all its values.
      case F16 -> device.kind() == Device.Kind.CPU ? WeightType.F32 : WeightType.F16;
      default -> WeightType.F32;
    };
  }
}

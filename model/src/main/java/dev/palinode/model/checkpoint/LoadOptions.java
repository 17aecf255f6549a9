package dev.palinode.model.checkpoint;

import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.lang3.Validate;

/**
 * How a checkpoint is opened for inference.
 *
 * @param device where it computes
 * @param weights type of the matrices; empty for that of the checkpoint if the device computes well
 *     with it, see {@link #weightsFor}
 * @param contextLength the most tokens of a sequence; empty for the checkpoint's default
 */
public record LoadOptions(Device device, Optional<WeightType> weights, OptionalInt contextLength) {
  public LoadOptions {
    int context = contextLength.orElse(1);
    Validate.isTrue(context >= 1, "context length %s: expected 1 or more", context);
  }

  /** On the CPU, in the checkpoint's own type. */
  public static final LoadOptions DEFAULT =
      new LoadOptions(Device.CPU, Optional.empty(), OptionalInt.empty());

  public LoadOptions withWeights(WeightType type) {
    return new LoadOptions(device, Optional.of(type), contextLength);
  }

  /** The type of one of the names {@code auto f32 bf16 f16 int8}; other names are refused. */
  public static Optional<WeightType> weights(String name) {
    Validate.isTrue(
        List.of("auto", "f32", "bf16", "f16", "int8").contains(name),
        "weights is \"%s\": expected auto, f32, bf16, f16 or int8",
        name);
    return name.equals("auto")
        ? Optional.empty()
        : Optional.of(WeightType.valueOf(name.toUpperCase(Locale.ROOT)));
  }

  /** The type for weights that have that type on disk. */
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

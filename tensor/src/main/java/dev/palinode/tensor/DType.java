package dev.palinode.tensor;

import dev.palinode.text.Printable;
import java.util.Arrays;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types that models, caches and checkpoints use. */
public enum DType {
  F32("F32", 4, ScalarType.Float),
  F64("F64", 8, ScalarType.Double),
  F16("F16", 2, ScalarType.Half),
  BF16("BF16", 2, ScalarType.BFloat16),
  I64("I64", 8, ScalarType.Long),
  I32("I32", 4, ScalarType.Int),
  I16("I16", 2, ScalarType.Short),
  I8("I8", 1, ScalarType.Char),
  U8("U8", 1, ScalarType.Byte),
  BOOL("BOOL", 1, ScalarType.Bool);

  final ScalarType scalarType;
  private final String safetensorsName;
  private final int bytes;

  DType(String safetensorsName, int bytes, ScalarType scalarType) {
    this.safetensorsName = safetensorsName;
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /** The name in safetensors headers, for example {@code "BF16"}. */
  public String safetensorsName() {
    return safetensorsName;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type. */
  public boolean isFloatingPoint() {
    return this == F32 || this == F64 || this == F16 || this == BF16;
  }

  /**
   * The type with that {@link #safetensorsName()}.
   *
   * @throws IllegalArgumentException if it is none of these
   */
  public static DType ofSafetensors(String name) {
    for (DType type : values()) {
      if (type.safetensorsName.equals(name)) {
        return type;
      }
    }
    throw new IllegalArgumentException(
        "unknown dtype "
            + Printable.quote(name)
            + ": expected one of "
            + Arrays.toString(values()));
  }

  static DType of(ScalarType scalarType) {
    ScalarType type = scalarType.intern();
    for (DType candidate : values()) {
      if (candidate.scalarType == type) {
        return candidate;
      }
    }
    throw new IllegalArgumentException("element type " + type + " is not supported here");
  }

  public TensorOptions options() {
    return new TensorOptions(scalarType);
  }

  public TensorOptions options(Device device) {
    return options().device(new DeviceOptional(device.handle()));
  }
}

package dev.palinode.tensor;

import dev.palinode.text.Printable;
import java.util.Arrays;
import org.apache.commons.lang3.EnumUtils;
import org.apache.commons.lang3.Validate;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The element types that models, caches and checkpoints use, by their names in safetensors. */
public enum DType {
  F32(4, ScalarType.Float),
  F64(8, ScalarType.Double),
  F16(2, ScalarType.Half),
  BF16(2, ScalarType.BFloat16),
  I64(8, ScalarType.Long),
  I32(4, ScalarType.Int),
  I16(2, ScalarType.Short),
  I8(1, ScalarType.Char),
  U8(1, ScalarType.Byte),
  BOOL(1, ScalarType.Bool);

  final ScalarType scalarType;
  private final int bytes;

  DType(int bytes, ScalarType scalarType) {
    this.bytes = bytes;
    this.scalarType = scalarType;
  }

  /** Size of one element. */
  public int bytes() {
    return bytes;
  }

  /** Whether this is a floating-point type. */
  public boolean isFloatingPoint() {
    return this == F32 || this == F64 || this == F16 || this == BF16;
  }

  /** The type of that name in safetensors headers; throws IllegalArgumentException if none. */
  public static DType ofSafetensors(String name) {
    Validate.isTrue(
        EnumUtils.isValidEnum(DType.class, name),
        "unknown dtype %s: expected one of %s",
        Printable.quote(name),
        Arrays.toString(values()));
    return valueOf(name);
  }

  static DType of(ScalarType scalarType) {
    ScalarType interned = scalarType.intern();
    for (DType type : values()) {
      if (type.scalarType == interned) {
        return type;
      }
    }
    throw new IllegalArgumentException("element type " + interned + " is not supported here");
  }

  public TensorOptions options() {
    return new TensorOptions(scalarType);
  }

  public TensorOptions options(Device device) {
    return options().device(new DeviceOptional(device.handle()));
  }
}

package dev.palinode.tensor.safetensors;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import java.io.IOException;
import java.util.Arrays;

/**
 * A tensor that is made only when it is written: type and shape are known beforehand, so that a
 * file's header can be written before any of its data is in memory.
 */
public final class TensorSource {
  /** Makes the tensor. */
  @FunctionalInterface
  public interface Values {
    /** Called in a {@link TensorScope} that closes when the tensor is written. */
    Tensor read() throws IOException;
  }

  private final DType type;
  private final long[] shape;
  private final Values values;

  /** A tensor of that type and shape. */
  public TensorSource(DType type, long[] shape, Values values) {
    this.type = type;
    this.shape = shape.clone();
    this.values = values;
  }

  /** An existing tensor, converted when it is written. */
  public static TensorSource of(Tensor tensor, DType type) {
    return new TensorSource(type, tensor.shape(), () -> tensor.to(type));
  }

  public DType type() {
    return type;
  }

  public long[] shape() {
    return shape.clone();
  }

  /** Size of the data. */
  public long bytes() {
    return Arrays.stream(shape).reduce(type.bytes(), Math::multiplyExact);
  }

  /** Makes the tensor, contiguous and in main memory; checks type and shape. */
  Tensor read() throws IOException {
    Tensor tensor = values.read();
    if (tensor.dtype() != type || !Arrays.equals(tensor.shape(), shape)) {
      throw new IllegalStateException(
          "a tensor was announced as " + type + Arrays.toString(shape) + ", but came as " + tensor);
    }
    return tensor.to(Device.CPU).contiguous();
  }
}

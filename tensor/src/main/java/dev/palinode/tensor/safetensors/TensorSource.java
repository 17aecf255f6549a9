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
 *
 * @param type that the tensor will have
 * @param shape that the tensor will have
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TensorSource(DType type, long[] shape, Values values) {
  /** Makes the tensor. */
  @FunctionalInterface
  public interface Values {
    /** Called in a {@link TensorScope} that closes when the tensor is written. */
    Tensor read() throws IOException;
  }

  public TensorSource {
    shape = shape.clone();
  }

  @Override
  public long[] shape() {
    return shape.clone();
  }

  /** An existing tensor, converted when it is written. */
  public static TensorSource of(Tensor tensor, DType type) {
    return new TensorSource(type, tensor.shape(), () -> tensor.to(type));
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

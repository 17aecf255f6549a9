package dev.palinode.tensor;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/** Creates tensors: from Java arrays, filled, random, or joined from others. */
public final class Tensors {
  static {
    Libtorch.prepare();
  }

  private Tensors() {}

  /** A copy of {@code values}, which must have as many elements as {@code shape}. */
  public static Tensor of(float[] values, long... shape) {
    requireElements(values.length, shape);
    Tensor tensor = empty(DType.F32, shape);
    if (values.length > 0) { // an empty tensor has no memory
      new FloatPointer(tensor.handle.data_ptr()).put(values, 0, values.length);
    }
    return tensor;
  }

  /** A copy of {@code values}, which must have as many elements as {@code shape}. */
  public static Tensor of(long[] values, long... shape) {
    requireElements(values.length, shape);
    Tensor tensor = empty(DType.I64, shape);
    if (values.length > 0) {
      new LongPointer(tensor.handle.data_ptr()).put(values, 0, values.length);
    }
    return tensor;
  }

  /** A copy of {@code values}, which must have as many elements as {@code shape}. */
  public static Tensor of(double[] values, long... shape) {
    requireElements(values.length, shape);
    Tensor tensor = empty(DType.F64, shape);
    new DoublePointer(tensor.handle.data_ptr()).put(values, 0, values.length);
    return tensor;
  }

  /** An uninitialised tensor. */
  public static Tensor empty(DType type, long... shape) {
    return new Tensor(torch.empty(shape, type.options(), new MemoryFormatOptional()));
  }

  public static Tensor empty(DType type, Device device, long... shape) {
    return new Tensor(torch.empty(shape, type.options(device), new MemoryFormatOptional()));
  }

  public static Tensor zeros(DType type, long... shape) {
    return new Tensor(torch.zeros(shape, type.options()));
  }

  public static Tensor zeros(DType type, Device device, long... shape) {
    return new Tensor(torch.zeros(shape, type.options(device)));
  }

  public static Tensor full(double value, DType type, long... shape) {
    return new Tensor(torch.full(shape, new Scalar(value), type.options()));
  }

  /** {@code [count]}: 0, 1, ..., count - 1. */
  public static Tensor range(long count, DType type, Device device) {
    return new Tensor(torch.arange(new Scalar(count), type.options(device)));
  }

  /** Independent draws from a normal distribution, F32. */
  public static Tensor normal(double mean, double deviation, RandomStream random, long... shape) {
    Tensor tensor = empty(DType.F32, shape);
    tensor.handle.normal_(mean, deviation, new GeneratorOptional(random.generator));
    return tensor;
  }

  /** Independent draws from the uniform distribution over {@code [least, most)}, F32. */
  public static Tensor uniform(double least, double most, RandomStream random, long... shape) {
    Tensor tensor = empty(DType.F32, shape);
    tensor.handle.uniform_(least, most, new GeneratorOptional(random.generator));
    return tensor;
  }

  /** Independent draws, each true with that probability, BOOL. */
  public static Tensor bernoulli(double probability, RandomStream random, long... shape) {
    Tensor tensor = empty(DType.BOOL, shape);
    tensor.handle.bernoulli_(probability, new GeneratorOptional(random.generator));
    return tensor;
  }

  /** Joins tensors that agree in all dimensions except {@code dim}. */
  public static Tensor concatenate(List<Tensor> tensors, int dim) {
    return new Tensor(torch.cat(vector(tensors), dim));
  }

  public static TensorVector vector(Collection<Tensor> tensors) {
    return new TensorVector(
        tensors.stream().map(tensor -> tensor.handle).toArray(org.bytedeco.pytorch.Tensor[]::new));
  }

  private static void requireElements(int given, long[] shape) {
    if (Arrays.stream(shape).reduce(1, (a, b) -> a * b) != given) {
      throw new IllegalArgumentException(
          given + " values do not fill the shape " + Arrays.toString(shape));
    }
  }
}

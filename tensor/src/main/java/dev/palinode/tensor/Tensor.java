package dev.palinode.tensor;

import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.TensorVector;
import org.jspecify.annotations.Nullable;

/**
 * A multi-dimensional array in native memory, with the operations that models are written in.
 *
 * <p>Operations return new tensors, which may share memory with this one (views); names that end in
 * {@code InPlace} change this one. All belong to the innermost open {@link TensorScope}. Shapes
 * that do not fit throw {@link RuntimeException} with libtorch's own message; using a tensor whose
 * scope has closed throws {@link NullPointerException}. Not thread-safe while it is changed.
 */
public final class Tensor implements AutoCloseable {
  static {
    Libtorch.prepare();
  }

  public final org.bytedeco.pytorch.Tensor handle;

  public Tensor(org.bytedeco.pytorch.Tensor handle) {
    this.handle = handle;
  }

  // --- lifetime -------------------------------------------------------------------------------

  /** Removes this tensor from all scopes, until {@link #close}; returns this. */
  public Tensor retain() {
    handle.retainReference();
    return this;
  }

  /** Frees a {@linkplain #retain retained} tensor's memory, unless another view still uses it. */
  @Override
  public void close() {
    handle.close();
  }

  // --- attributes -----------------------------------------------------------------------------

  public long[] shape() {
    return handle.shape();
  }

  /** Size of one dimension; negative ones count from the last. */
  public long size(int dim) {
    return handle.size(dim);
  }

  public long elements() {
    return handle.numel();
  }

  public DType dtype() {
    return DType.of(handle.scalar_type());
  }

  public Device device() {
    return Device.of(handle.device());
  }

  /** The value of a tensor of one element. */
  public double item() {
    return handle.item_double();
  }

  /** All elements in row-major order, converted to float. */
  public float[] toFloats() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor plain = to(DType.F32).to(Device.CPU).contiguous();
      float[] values = new float[Math.toIntExact(elements())];
      new FloatPointer(plain.handle.data_ptr()).get(values, 0, values.length);
      return values;
    }
  }

  /** The rows of a matrix, converted to float: {@code [rows][columns]}. */
  public float[][] toFloatRows() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor plain = to(DType.F32).to(Device.CPU).contiguous();
      int columns = Math.toIntExact(size(1));
      float[][] rows = new float[Math.toIntExact(size(0))][columns];
      FloatPointer memory = new FloatPointer(plain.handle.data_ptr());
      for (int i = 0; i < rows.length; i++) {
        memory.position((long) i * columns).get(rows[i], 0, columns);
      }
      return rows;
    }
  }

  /** All elements in row-major order, converted to long. */
  public long[] toLongs() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor plain = to(DType.I64).to(Device.CPU).contiguous();
      long[] values = new long[Math.toIntExact(elements())];
      new LongPointer(plain.handle.data_ptr()).get(values, 0, values.length);
      return values;
    }
  }

  /** All elements in row-major order, converted to double. */
  public double[] toDoubles() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor plain = to(DType.F64).to(Device.CPU).contiguous();
      double[] values = new double[Math.toIntExact(elements())];
      new DoublePointer(plain.handle.data_ptr()).get(values, 0, values.length);
      return values;
    }
  }

  /** Whether both use the same memory, possibly different parts of it. */
  public boolean sharesMemoryWith(Tensor other) {
    return handle.is_alias_of(other.handle);
  }

  /** The bytes of a contiguous tensor, in memory order. */
  public BytePointer bytes() {
    if (!handle.is_contiguous()) {
      throw new IllegalStateException("the tensor is not contiguous: call contiguous() first");
    }
    return new BytePointer(handle.data_ptr()).capacity(elements() * dtype().bytes());
  }

  // --- shape ----------------------------------------------------------------------------------

  /** The same elements in another shape; one size may be -1 and is inferred. */
  public Tensor reshape(long... shape) {
    return new Tensor(handle.reshape(shape));
  }

  public Tensor transpose(int first, int second) {
    return new Tensor(handle.transpose(first, second));
  }

  public Tensor unsqueeze(int dim) {
    return new Tensor(handle.unsqueeze(dim));
  }

  /** Elements {@code start} to {@code start + length - 1} of a dimension; a view. */
  public Tensor narrow(int dim, long start, long length) {
    return new Tensor(handle.narrow(dim, start, length));
  }

  /** Pieces of {@code size} along a dimension, the last possibly smaller; views. */
  public List<Tensor> split(long size, int dim) {
    TensorVector pieces = handle.split(size, dim);
    return LongStream.range(0, pieces.size())
        // Elements of the vector live in its memory, which the scope frees.
        .mapToObj(i -> new Tensor(new org.bytedeco.pytorch.Tensor(pieces.get(i))))
        .toList();
  }

  /** One index of a dimension, which is removed; a view. */
  public Tensor select(int dim, long index) {
    return new Tensor(handle.select(dim, index));
  }

  /** Dimensions of size 1 repeated to that shape, without a copy. */
  public Tensor expand(long... shape) {
    return new Tensor(handle.expand(shape));
  }

  /** The elements of a dimension at {@code indices [n]} (I64, on any device); a copy. */
  public Tensor indexSelect(int dim, Tensor indices) {
    return new Tensor(handle.index_select(dim, indices.to(device()).handle));
  }

  public Tensor contiguous() {
    return new Tensor(handle.contiguous());
  }

  /** The same values in another type; this tensor itself if the type is the same. */
  public Tensor to(DType type) {
    return type == dtype() ? this : new Tensor(handle.to(type.scalarType));
  }

  /** The same values on another device; this tensor itself if the device is the same. */
  public Tensor to(Device device) {
    return device.equals(device())
        ? this
        : new Tensor(handle.to(device.handle(), dtype().scalarType));
  }

  /** Zeros of this tensor's shape, on its device. */
  public Tensor zerosLike(DType type) {
    return Tensors.zeros(type, device(), shape());
  }

  /** A copy with its own memory. */
  public Tensor copy() {
    return new Tensor(handle.clone());
  }

  // --- arithmetic -----------------------------------------------------------------------------

  public Tensor plus(Tensor other) {
    return new Tensor(handle.add(other.handle));
  }

  /** {@code summand} added to every element; the type does not change. */
  public Tensor plus(long summand) {
    return new Tensor(handle.add(new Scalar(summand)));
  }

  public Tensor minus(Tensor other) {
    return new Tensor(handle.sub(other.handle));
  }

  public Tensor times(Tensor other) {
    return new Tensor(handle.mul(other.handle));
  }

  public Tensor times(double factor) {
    return new Tensor(handle.mul(new Scalar(factor)));
  }

  public Tensor dividedBy(Tensor other) {
    return new Tensor(handle.div(other.handle));
  }

  public Tensor dividedBy(double divisor) {
    return new Tensor(handle.div(new Scalar(divisor)));
  }

  /** {@code this + first * second}, elementwise. */
  public Tensor plusProduct(Tensor first, Tensor second) {
    return new Tensor(handle.addcmul(first.handle, second.handle));
  }

  /** The matrix product over the last two dimensions; those before are broadcast. */
  public Tensor matmul(Tensor other) {
    return new Tensor(handle.matmul(other.handle));
  }

  /** The elements shifted cyclically by {@code shift} along a dimension. */
  public Tensor roll(long shift, int dim) {
    return new Tensor(handle.roll(new long[] {shift}, dim));
  }

  public Tensor cos() {
    return new Tensor(handle.cos());
  }

  public Tensor sin() {
    return new Tensor(handle.sin());
  }

  public Tensor tanh() {
    return new Tensor(handle.tanh());
  }

  /** Rounds to the nearest integer, halves to even. */
  public Tensor round() {
    return new Tensor(handle.round());
  }

  public Tensor clamp(double least, double most) {
    return new Tensor(
        handle.clamp(new ScalarOptional(new Scalar(least)), new ScalarOptional(new Scalar(most))));
  }

  public Tensor clampMin(double least) {
    return new Tensor(handle.clamp_min(new Scalar(least)));
  }

  public Tensor clampMax(double most) {
    return new Tensor(handle.clamp_max(new Scalar(most)));
  }

  /** {@code exp(x) - 1}, accurate for small elements. */
  public Tensor expm1() {
    return new Tensor(handle.expm1());
  }

  public Tensor exp() {
    return new Tensor(handle.exp());
  }

  /** The natural logarithm. */
  public Tensor log() {
    return new Tensor(handle.log());
  }

  /** {@code log(1 + x)}, accurate for small elements. */
  public Tensor log1p() {
    return new Tensor(handle.log1p());
  }

  public Tensor square() {
    return new Tensor(handle.square());
  }

  public Tensor negate() {
    return new Tensor(handle.neg());
  }

  public Tensor abs() {
    return new Tensor(handle.abs());
  }

  public Tensor sum() {
    return new Tensor(handle.sum());
  }

  /** Mean over one dimension, which is removed. */
  public Tensor mean(int dim) {
    return new Tensor(handle.mean(dim));
  }

  public Tensor max() {
    return new Tensor(handle.max());
  }

  /** L2 norm of all elements. */
  public Tensor norm() {
    return new Tensor(handle.norm());
  }

  /** The largest element along one dimension, which is removed. */
  public Tensor max(int dim) {
    return new Tensor(handle.amax(new long[] {dim}, false));
  }

  /** Elementwise the larger of the two; shapes are broadcast. */
  public Tensor max(Tensor other) {
    return new Tensor(handle.maximum(other.handle));
  }

  /** Index of the largest element along the last dimension, which is removed; I64. */
  public Tensor argmax() {
    return new Tensor(handle.argmax(new LongOptional(-1), false));
  }

  /** Elementwise {@code this <= other}, BOOL; shapes are broadcast. */
  public Tensor lessOrEqual(Tensor other) {
    return new Tensor(handle.le(other.handle));
  }

  /** Elementwise {@code this > other}, BOOL; shapes are broadcast. */
  public Tensor greaterThan(Tensor other) {
    return new Tensor(handle.gt(other.handle));
  }

  /** Elementwise {@code this > value}, BOOL. */
  public Tensor greaterThan(double value) {
    return new Tensor(handle.gt(new Scalar(value)));
  }

  /** Elementwise {@code this == value}, BOOL. */
  public Tensor equalTo(long value) {
    return new Tensor(handle.eq(new Scalar(value)));
  }

  /** Elementwise and, both BOOL. */
  public Tensor and(Tensor other) {
    return new Tensor(handle.logical_and(other.handle));
  }

  /** Elementwise or, both BOOL. */
  public Tensor or(Tensor other) {
    return new Tensor(handle.logical_or(other.handle));
  }

  /** A copy with {@code source[i]} at {@code indices[i]} (I64) along {@code dim}. */
  public Tensor indexCopy(int dim, Tensor indices, Tensor source) {
    return new Tensor(handle.index_copy(dim, indices.handle, source.handle));
  }

  /** A copy to which {@code source[i]} is added at {@code indices[i]} (I64) along {@code dim}. */
  public Tensor indexAdd(int dim, Tensor indices, Tensor source) {
    return new Tensor(handle.index_add(dim, indices.handle, source.handle));
  }

  // --- in place -------------------------------------------------------------------------------

  /** Sets every element to zero, even NaN and infinity. */
  public Tensor zeroInPlace() {
    handle.zero_();
    return this;
  }

  public Tensor copyInPlace(Tensor source) {
    handle.copy_(source.handle);
    return this;
  }

  /** {@code this[indices[i]] = source[i]} along {@code dim}; indices I64. */
  public Tensor indexCopyInPlace(int dim, Tensor indices, Tensor source) {
    handle.index_copy_(dim, indices.handle, source.handle);
    return this;
  }

  // --- gradients ------------------------------------------------------------------------------

  /** Sets whether operations on this tensor are recorded for a backward pass. */
  public Tensor requiresGradient(boolean required) {
    handle.set_requires_grad(required);
    return this;
  }

  public boolean requiresGradient() {
    return handle.requires_grad();
  }

  /** The same values in the same memory, through which no gradient flows back. */
  public Tensor detach() {
    return new Tensor(handle.detach());
  }

  /** Adds this scalar's gradients to those of all tensors it depends on that require one. */
  public void backward() {
    try (Autocast off = Autocast.off(device())) {
      handle.backward();
    }
  }

  /** The accumulated gradient, or null if there is none yet. */
  public @Nullable Tensor gradient() {
    org.bytedeco.pytorch.Tensor gradient = handle.grad();
    return gradient.defined() ? new Tensor(gradient) : null;
  }

  /** Sets the tensor, perhaps a view, to which backward passes add the gradient in place. */
  public void useGradient(Tensor gradient) {
    handle.mutable_grad().put(gradient.handle);
  }

  /** Drops the gradient and frees its memory. */
  public void clearGradient() {
    handle.mutable_grad().reset();
  }

  @Override
  public String toString() {
    return dtype() + Arrays.toString(shape());
  }
}

package dev.palinode.tensor;

import java.util.List;
import java.util.Optional;
import org.bytedeco.pytorch.IValue;
import org.jspecify.annotations.Nullable;

/**
 * A weight as eight-bit integers with one scale per output, multiplied by activations that are
 * rounded to eight bits as well (dynamic quantization). Integers are added up without rounding, so
 * that a row comes out the same to the last bit in a batch of any size.
 *
 * <p>Each row of activations is divided by its largest magnitude before the product and multiplied
 * by it afterwards, because FBGEMM has one scale for all rows, and no row may depend on another.
 *
 * <p>Processors without VNNI add the products of two neighbouring columns in sixteen bits and
 * saturate. So an output's scale is the finest with which no pair of its integers reaches that
 * limit, whatever the activations are.
 */
final class DynamicInt8Linear implements Linear {
  private static final Optional<AtenOperator> PACK = AtenOperator.find("quantized::linear_prepack");
  private static final Optional<AtenOperator> PRODUCT =
      AtenOperator.find("quantized::linear_with_input_q_dq_qweight_dq_output_fp32");
  private static final AtenOperator QUANTIZED =
      AtenOperator.named("aten::_make_per_channel_quantized_tensor");

  /** The largest integer of activations and weights. */
  private static final int LEVELS = 127;

  /**
   * Limit of the sum of two neighbouring integers of one sign before rounding. Rounded, the sum is
   * at most 128, and 255 * 128 = 32,640 fits in sixteen bits.
   */
  private static final double LARGEST_PAIR = 127.999;

  /** FBGEMM takes unsigned activations: -127 to 127 become 1 to 255. */
  private static final long ZERO = 128;

  /** Columns that FBGEMM packs together. */
  private static final long BLOCK = 512;

  private final AtenOperator product = PRODUCT.orElseThrow();
  private final IValue weight; // packed
  private final IValue activationScale = new IValue(1.0 / LEVELS);
  private final IValue activationZero = new IValue(ZERO);
  private final @Nullable Tensor bias; // [out], F32
  private final long bytes;

  DynamicInt8Linear(Tensor weight, @Nullable Tensor bias) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor exact = weight.to(DType.F32);
      Tensor scale = scale(exact);
      Tensor quantized =
          QUANTIZED.call(
              new IValue(integers(exact, scale).handle),
              new IValue(scale.handle),
              new IValue(scale.zerosLike(DType.I64).handle),
              new IValue(0L)); // the dimension of the scales
      this.weight = PACK.orElseThrow().callForValue(new IValue(quantized.handle), new IValue());
      this.bias = bias == null ? null : bias.to(DType.F32).retain();
      this.weight.retainReference();
      activationScale.retainReference();
      activationZero.retainReference();
    }
    bytes = bytes(weight.size(0), weight.size(1));
  }

  /** FBGEMM pads rows, and keeps a scale, a zero point and a sum of each, four bytes each. */
  static long bytes(long out, long in) {
    long blocks = (in + BLOCK - 1) / BLOCK;
    return out * (blocks * BLOCK + 3 * Integer.BYTES);
  }

  /** Whether FBGEMM is available and the processor supports it. */
  static boolean isAvailable() {
    return Libtorch.hasAvx2() && PACK.isPresent() && PRODUCT.isPresent();
  }

  /** Whether this is faster than {@link Int8Linear} on that device. */
  static boolean suits(Device device) {
    return device.equals(Device.CPU) && isAvailable() && !Libtorch.hasBf16Products();
  }

  /**
   * The finest scale of each output with which no integer and no pair is too large, {@code [out]}.
   */
  static Tensor scale(Tensor weight) {
    Tensor single = weight.abs().max(1).dividedBy(LEVELS);
    Tensor positive = largestPair(Functional.relu(weight)).dividedBy(LARGEST_PAIR);
    Tensor negative = largestPair(Functional.relu(weight.negate())).dividedBy(LARGEST_PAIR);
    return single.max(positive).max(negative).clampMin(Float.MIN_NORMAL);
  }

  /** The weight as integer multiples of its scales, {@code [out, in]}. */
  static Tensor integers(Tensor weight, Tensor scale) {
    return weight.dividedBy(scale.unsqueeze(1)).round().to(DType.I8);
  }

  /** The largest sum of a pair of neighbours in each row, {@code [out]}. */
  private static Tensor largestPair(Tensor magnitudes) {
    long out = magnitudes.size(0);
    Tensor even =
        magnitudes.size(1) % 2 == 0
            ? magnitudes
            : Tensors.concatenate(List.of(magnitudes, Tensors.zeros(DType.F32, out, 1)), 1);
    Tensor pairs = even.reshape(out, even.size(1) / 2, 2);
    return pairs.select(2, 0).plus(pairs.select(2, 1)).max(1);
  }

  @Override
  public Tensor apply(Tensor x) {
    Tensor rows = x.to(DType.F32);
    Tensor largest = rows.abs().max(-1).unsqueeze(-1).clampMin(Float.MIN_NORMAL);
    Tensor unit =
        product.call(
            new IValue(rows.dividedBy(largest).handle), activationScale, activationZero, weight);
    Tensor result = bias == null ? unit.times(largest) : bias.plusProduct(unit, largest);
    return result.to(x.dtype());
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public void close() {
    weight.close();
    activationScale.close();
    activationZero.close();
    if (bias != null) {
      bias.close();
    }
  }
}

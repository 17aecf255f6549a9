package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Products of integers, on whatever processor has FBGEMM. */
class DynamicInt8LinearTest {
  private static final int ROWS = 70;

  private final int threads = Libtorch.threads();
  private final TensorScope scope = TensorScope.open();

  @BeforeEach
  void requireFbgemm() {
    assumeTrue(DynamicInt8Linear.isAvailable(), "FBGEMM needs a processor with AVX2");
  }

  @AfterEach
  void restore() {
    scope.close();
    Libtorch.setThreads(threads);
  }

  private static Tensor normal(int seed, long rows, long columns) {
    return Tensors.normal(0, 1, new RandomStream(seed), rows, columns);
  }

  @ParameterizedTest
  @CsvSource({"16, 8", "172, 64", "24, 3", "7, 9", "1, 1", "1000, 5", "768, 600"})
  void differsByItsRounding_forAnySize(int in, int out) {
    Tensor weight = normal(in, out, in);
    Tensor bias = normal(2, 1, out).select(0, 0);
    try (Linear layer = new DynamicInt8Linear(weight, bias)) {
      Tensor x = normal(3, ROWS, in);
      Tensor expected = Functional.linear(x, weight).plus(bias);
      Tensor product = layer.apply(x);
      assertThat(product.shape()).containsExactly(ROWS, out);
      assertThat(product.minus(expected).norm().item() / expected.norm().item()).isLessThan(0.02);
      assertThat(layer.apply(x.to(DType.BF16)).dtype()).isEqualTo(DType.BF16);
    }
  }

  @ParameterizedTest
  @CsvSource({"768, 600", "33, 40", "1, 1"})
  void row_hasTheSameBitsInAnyCompany(int in, int out) {
    try (Linear layer = new DynamicInt8Linear(normal(1, out, in), null)) {
      Tensor x = normal(2, ROWS, in);
      Tensor last = x.select(0, ROWS - 1);
      last.copyInPlace(last.times(1000)); // a neighbour whose scale is another
      float[][] expected = layer.apply(x).toFloatRows();
      for (int use : new int[] {1, 2}) {
        Libtorch.setThreads(use);
        for (int rows : new int[] {1, 2, 7, 32, 65}) {
          float[][] product = layer.apply(x.narrow(0, ROWS - rows, rows)).toFloatRows();
          for (int i = 0; i < rows; i++) {
            assertThat(product[i]).isEqualTo(expected[ROWS - rows + i]);
          }
        }
      }
    }
  }

  /** Where the processor adds pairs in sixteen bits, more would be cut off. */
  @ParameterizedTest
  @CsvSource({"768, 64", "33, 20", "1, 1"})
  void pairsOfIntegers_fitWithAnyActivations(int in, int out) {
    Tensor weight = normal(4, out, in);
    weight.select(0, 0).zeroInPlace().copyInPlace(Tensors.full(1, DType.F32, in));
    Tensor scale = DynamicInt8Linear.scale(weight);
    float[][] integers = DynamicInt8Linear.integers(weight, scale).toFloatRows();
    for (float[] row : integers) {
      int most = 0;
      for (int i = 0; i < in; i += 2) {
        float next = i + 1 < in ? row[i + 1] : 0;
        most = Math.max(most, (int) (Math.max(0, row[i]) + Math.max(0, next)));
        most = Math.max(most, (int) (Math.max(0, -row[i]) + Math.max(0, -next)));
      }
      assertThat(most).isBetween(126, 128); // no finer scale would do
      assertThat(most * 255).isLessThanOrEqualTo(Short.MAX_VALUE);
    }
  }

  /** The largest integers on both sides, which is what is cut off first. */
  @Test
  void largestWeightsAndActivations_areMultipliedInFull() {
    int in = 256;
    Tensor ones = Tensors.full(1, DType.F32, 3, in);
    ones.select(0, 1).copyInPlace(ones.select(0, 1).times(-1));
    try (Linear layer = new DynamicInt8Linear(ones, null)) {
      float[] product = layer.apply(ones).toFloats();
      for (int i = 0; i < product.length; i++) {
        boolean opposite = (i / 3 == 1) != (i % 3 == 1);
        assertThat((double) product[i]).isCloseTo(opposite ? -in : in, within(0.01 * in));
      }
    }
  }

  @Test
  void zeros_giveZeros_andNoNumberStaysNone() {
    try (Linear layer = new DynamicInt8Linear(normal(1, 5, 16), null);
        Linear nothing = new DynamicInt8Linear(Tensors.zeros(DType.F32, 5, 16), null)) {
      Tensor x = Tensors.zeros(DType.F32, 2, 16);
      x.select(0, 1).copyInPlace(Tensors.full(Double.NaN, DType.F32, 16));
      float[][] product = layer.apply(x).toFloatRows();
      assertThat(product[0]).containsOnly(0);
      assertThat(product[1]).containsOnly(Float.NaN);
      assertThat(nothing.apply(normal(1, 1, 16)).toFloats()).containsOnly(0);
    }
  }
}

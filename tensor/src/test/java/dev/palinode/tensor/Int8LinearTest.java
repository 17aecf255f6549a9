package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The product with eight-bit weights, whatever the sizes of the matrix. */
class Int8LinearTest {
  @ParameterizedTest
  @CsvSource({"16, 8", "64, 5", "172, 64", "24, 3", "20, 33", "7, 9", "1, 1", "176, 1"})
  void differsByItsRounding_forAnySize(int in, int out) {
    try (TensorScope scope = TensorScope.open()) {
      RandomStream random = new RandomStream(in);
      Tensor weight = Tensors.normal(0, 1, random, out, in);
      try (Linear layer = Linear.int8(weight, null)) {
        for (int rows : new int[] {1, 3, 70}) {
          Tensor x = Tensors.normal(0, 1, random, rows, in).to(DType.BF16);
          Tensor expected = Functional.linear(x.to(DType.F32), weight);
          Tensor product = layer.apply(x).to(DType.F32);
          assertThat(product.shape()).containsExactly(rows, out);
          assertThat(product.minus(expected).norm().item() / expected.norm().item())
              .as("%d rows", rows)
              .isLessThan(0.05);
        }
      }
    }
  }
}

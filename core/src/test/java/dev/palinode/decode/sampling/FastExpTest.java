package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FastExpTest {
  @Test
  void relativeError_isBelowTheBound() {
    double worst = 0;
    for (double x = -86.9; x <= 0; x += 1.7e-5) {
      worst = Math.max(worst, Math.abs(FastExp.of(x) / Math.exp(x) - 1));
    }
    assertThat(worst).isLessThan(1e-8);
  }

  @Test
  void farBelow_isZeroOrExact_andNeverAnythingElse() {
    for (double x = -100; x < -86; x += 1e-4) {
      double result = FastExp.of(x);
      if (x < FastExp.LOWEST - 0.01) {
        assertThat(result).isZero();
      } else if (result != 0) {
        assertThat(result / Math.exp(x)).isBetween(1 - 1e-8, 1 + 1e-8);
      }
    }
    for (double x : new double[] {-1e3, -999_999_999, -1e9, -1e10, -1e300, -Double.MAX_VALUE}) {
      assertThat(FastExp.of(x)).isZero();
    }
    assertThat(FastExp.of(Double.NEGATIVE_INFINITY)).isZero();
  }

  @Test
  void zero_isExactlyOne() {
    assertThat(FastExp.of(0)).isEqualTo(1);
    assertThat(FastExp.of(-0.0)).isEqualTo(1);
  }

  /** Nothing exceeds the weight of the most likely token. */
  @Test
  void neverAboveOne() {
    for (double x = -1e-3; x <= 0; x += 1e-8) {
      assertThat(FastExp.of(x) <= 1).isTrue();
    }
    assertThat(FastExp.of(-Double.MIN_VALUE)).isEqualTo(1);
  }
}

package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LogProbabilitiesTest {
  private static final float IMPOSSIBLE = Float.NEGATIVE_INFINITY;

  /** The log-probability of a token, among those of all. */
  private static double of(float[] logits, int id) {
    return LogProbabilities.top(logits, logits.length).stream()
        .filter(token -> token.id() == id)
        .mapToDouble(LikelyToken::logprob)
        .findFirst()
        .orElse(Double.NEGATIVE_INFINITY);
  }

  @Test
  void logProbabilities_ofLogsOfWeights() {
    float[] logits = {(float) Math.log(1), IMPOSSIBLE, (float) Math.log(5), (float) Math.log(2)};

    assertThat(LogProbabilities.logSumExp(logits)).isCloseTo(Math.log(8), within(1e-7));
    assertThat(of(logits, 2)).isCloseTo(Math.log(5.0 / 8), within(1e-7));
    assertThat(of(logits, 1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(LogProbabilities.top(logits, 2)).extracting(LikelyToken::id).containsExactly(2, 3);
  }

  @Test
  void largeLogits_neitherOverflowNorVanish() {
    assertThat(LogProbabilities.logSumExp(new float[] {3e38f, 3e38f}))
        .isEqualTo(3e38f, within(1e32));
    assertThat(of(new float[] {-1e4f, -1e4f}, 0)).isCloseTo(-Math.log(2), within(1e-7));
    assertThat(of(new float[] {1e4f, 0}, 0)).isZero();
    assertThat(of(new float[] {1e4f, 0}, 1)).isEqualTo(-1e4);
  }

  @Property
  void top_isTheFrontOfEverythingSorted(
      @ForAll @Size(min = 1, max = 40) @FloatRange(min = -3, max = 3) float[] values,
      @ForAll @IntRange(max = 45) int n) {
    float[] logits = values.clone();
    for (int id = 0; id < logits.length; id++) {
      logits[id] = Math.round(logits[id] * 4) / 4f; // with many equals, and -0
    }
    List<Integer> sorted =
        IntStream.range(0, logits.length)
            .boxed()
            .sorted(Comparator.comparingDouble((Integer id) -> -(logits[id] + 0.0)))
            .limit(n)
            .toList();

    List<LikelyToken> top = LogProbabilities.top(logits, n);

    assertThat(top).extracting(LikelyToken::id).isEqualTo(sorted);
    for (LikelyToken token : top) {
      assertThat(token.logprob()).isEqualTo(of(logits, token.id()));
    }
  }

  @Test
  void top_leavesOutTheImpossible_andTakesTheLowestIdFirst() {
    float[] logits = {IMPOSSIBLE, 1, IMPOSSIBLE, 2, 1, 2};

    assertThat(LogProbabilities.top(logits, 6))
        .extracting(LikelyToken::id)
        .containsExactly(3, 5, 1, 4);
    assertThat(LogProbabilities.top(logits, 3))
        .extracting(LikelyToken::id)
        .containsExactly(3, 5, 1);
    assertThat(LogProbabilities.top(logits, 0)).isEmpty();
    assertThatThrownBy(() -> LogProbabilities.top(logits, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("n is -1");
  }

  @Test
  void logitsThatAreNoDistribution_areAnError() {
    assertThatThrownBy(() -> LogProbabilities.logSumExp(new float[] {0, Float.NaN}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("token 1 is NaN");
    assertThatThrownBy(() -> LogProbabilities.logSumExp(new float[] {IMPOSSIBLE, IMPOSSIBLE}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("no token to choose");
  }
}

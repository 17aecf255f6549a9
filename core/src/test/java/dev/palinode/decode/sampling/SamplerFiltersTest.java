package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

/** Top-k, top-p and min-p against {@link SlowSampling}. */
class SamplerFiltersTest {
  private static final TokenHistory NOTHING = new TokenHistory(new int[0]);

  /** Normal logits; with {@code equals} many of them are the same. */
  private static float[] logits(int size, boolean equals, long seed) {
    Random random = new Random(seed);
    float[] logits = new float[size];
    for (int id = 0; id < size; id++) {
      double logit = 3 * random.nextGaussian();
      logits[id] = (float) (equals ? Math.rint(logit) : logit);
    }
    return logits;
  }

  private static void assertSame(SamplingSettings settings, float[] logits, double[] weights) {
    double[] expected = SlowSampling.normalised(weights);
    double[] actual = SlowSampling.probabilities(new Sampler(settings), logits.clone(), NOTHING);
    for (int id = 0; id < expected.length; id++) {
      assertThat(actual[id])
          .as("token %d", id)
          .isCloseTo(expected[id], within(expected[id] == 0 ? 0 : 1e-6));
    }
  }

  @Property(tries = 300)
  void topK_keepsWhatSortingKeeps(
      @ForAll @IntRange(min = 1, max = 300) int size,
      @ForAll @IntRange(min = 1, max = 310) int k,
      @ForAll boolean equals,
      @ForAll long seed) {
    float[] logits = logits(size, equals, seed);
    double[] weights = SlowSampling.weights(logits, 1.3);
    SlowSampling.topK(weights, k);

    assertSame(SamplingSettings.builder().temperature(1.3).topK(k).build(), logits, weights);
  }

  @Property(tries = 300)
  void minP_keepsWhatComparingKeeps(
      @ForAll @IntRange(min = 1, max = 300) int size,
      @ForAll @Scale(6) @DoubleRange(max = 1) double minP,
      @ForAll boolean equals,
      @ForAll long seed) {
    float[] logits = logits(size, equals, seed);
    double[] weights = SlowSampling.weights(logits, 2);
    SlowSampling.minP(weights, minP);

    assertSame(SamplingSettings.builder().temperature(2).minP(minP).build(), logits, weights);
  }

  /** Rounding may decide about a token exactly at {@code p}; the assertions allow for it. */
  @Property(tries = 500)
  void topP_keepsTheFrontOfTheSorted_untilPIsReached(
      @ForAll @IntRange(min = 1, max = 2000) int size,
      @ForAll @Scale(6) @DoubleRange(min = 0, minIncluded = false, max = 1) double topP,
      @ForAll @DoubleRange(min = 0.1, max = 100) double temperature,
      @ForAll boolean equals,
      @ForAll long seed) {
    float[] logits = logits(size, equals, seed);
    double[] all = SlowSampling.normalised(SlowSampling.weights(logits, temperature));
    SamplingSettings settings =
        SamplingSettings.builder().temperature(temperature).topP(topP).build();

    double[] probabilities =
        SlowSampling.probabilities(new Sampler(settings), logits.clone(), NOTHING);

    int kept = (int) IntStream.range(0, size).filter(id -> probabilities[id] > 0).count();
    List<Integer> front = SlowSampling.order(probabilities).subList(0, kept);
    double lightest = front.stream().mapToDouble(id -> all[id]).min().orElseThrow();
    double mass = front.stream().mapToDouble(id -> all[id]).sum();
    assertThat(mass).isGreaterThan(topP - 1e-6);
    assertThat(mass - lightest).isLessThan(topP + 1e-6);
    for (int id = 0; id < size; id++) {
      if (probabilities[id] == 0) {
        assertThat(all[id]).isLessThan(lightest * (1 + 1e-6));
      }
    }
  }

  @Test
  void topP_takesTheLowestIdsAmongEquals() {
    float[] logits = {1, 3, 1, 3, 3, 1, 3}; // four of 3, each a little less than a quarter

    assertThat(kept(SamplingSettings.builder().temperature(1).topP(0.5).build(), logits))
        .containsExactly(1, 3, 4);
    assertThat(kept(SamplingSettings.builder().temperature(1).topP(1e-9).build(), logits))
        .containsExactly(1);
    assertThat(kept(SamplingSettings.builder().temperature(1).topK(2).build(), logits))
        .containsExactly(1, 3);
    assertThat(kept(SamplingSettings.builder().temperature(1).topK(5).build(), logits))
        .containsExactly(0, 1, 3, 4, 6);
  }

  @Test
  void topP_ofExactHalves_countsWhatIsBefore() {
    float[] logits = {2, 2, 2, 2};

    assertThat(kept(SamplingSettings.builder().temperature(1).topP(0.5).build(), logits))
        .containsExactly(0, 1);
    assertThat(kept(SamplingSettings.builder().temperature(1).topP(0.51).build(), logits))
        .containsExactly(0, 1, 2);
  }

  private static List<Integer> kept(SamplingSettings settings, float[] logits) {
    double[] probabilities =
        SlowSampling.probabilities(new Sampler(settings), logits.clone(), NOTHING);
    return IntStream.range(0, logits.length).filter(id -> probabilities[id] > 0).boxed().toList();
  }

  /** The whole chain, on a vocabulary of a size that models have. */
  @Property(tries = 20)
  void chain_isTopKThenTopPThenMinP(@ForAll @IntRange(max = 3) int kind, @ForAll long seed) {
    float[] logits = logits(20_000, false, seed);
    int k = new int[] {0, 20, 500, 5000}[kind];
    double[] weights = SlowSampling.weights(logits, 1.5);
    SlowSampling.topK(weights, k == 0 ? logits.length : k);
    SlowSampling.topP(weights, 0.9);
    SlowSampling.minP(weights, 0.02);

    assertSame(
        SamplingSettings.builder().temperature(1.5).topK(k).topP(0.9).minP(0.02).build(),
        logits,
        weights);
  }
}

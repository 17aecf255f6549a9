package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {
  private static final float FORBIDDEN = Float.NEGATIVE_INFINITY;
  private static final TokenHistory NOTHING = new TokenHistory(new int[0]);

  /** Gives one and the same number and counts how often. */
  private static final class Constant implements RandomGenerator {
    private final double value;
    private int calls;

    Constant(double value) {
      this.value = value;
    }

    @Override
    public double nextDouble() {
      calls++;
      return value;
    }

    @Override
    public long nextLong() {
      throw new AssertionError("one double was promised and nothing else");
    }
  }

  private static SamplingSettings.Builder at(double temperature) {
    return SamplingSettings.builder().temperature(temperature);
  }

  private static int greedy(
      SamplingSettings.Builder settings, TokenHistory history, float... logits) {
    Constant random = new Constant(0);
    int id = new Sampler(settings.build()).sample(logits, history, random);
    assertThat(random.calls).isZero();
    return id;
  }

  @Test
  void greedy_isTheLowestIdAmongTheLargest_andDrawsNothing() {
    assertThat(greedy(at(0), NOTHING, -4, -1, -2, -1)).isEqualTo(1);
    assertThat(greedy(at(0), NOTHING, FORBIDDEN, FORBIDDEN, -3e38f)).isEqualTo(2);
    assertThat(greedy(at(0).topK(1).topP(0.1).minP(1), NOTHING, 1, 2, 3)).isEqualTo(2);
  }

  @Test
  void greedy_followsEverythingUpToThePenalties() {
    TokenHistory history = new TokenHistory(new int[] {0});
    history.append(1);

    assertThat(greedy(at(0).logitBias(Map.of(0, 2.5)), NOTHING, 1, 2, 3)).isZero();
    assertThat(greedy(at(0).logitBias(Map.of(2, Double.NEGATIVE_INFINITY)), NOTHING, 1, 2, 3))
        .isEqualTo(1);
    assertThat(greedy(at(0).repetitionPenalty(2), history, 5, 5, 3)).isEqualTo(2);
    assertThat(greedy(at(0).presencePenalty(1), history, 1, 2.5f, 2)).isEqualTo(2);
    assertThat(greedy(at(0).frequencyPenalty(1), history, 1, 2.5f, 2)).isEqualTo(2);
  }

  @Test
  void penalties_areWhatTheHandComputes() {
    TokenHistory history = new TokenHistory(new int[] {0, 1, 1});
    for (int id : new int[] {1, 2, 2, 2, 3}) {
      history.append(id);
    }
    history.remove(3); // has never been

    float[] repetition = {3, -2, 1, 4, FORBIDDEN};
    penalize(at(0).repetitionPenalty(2), repetition, history);
    assertThat(repetition).containsExactly(1.5f, -4, 0.5f, 4, FORBIDDEN);

    float[] frequency = {3, -2, 1, 4, FORBIDDEN};
    penalize(at(0).frequencyPenalty(0.5), frequency, history);
    assertThat(frequency).containsExactly(3, -2.5f, -0.5f, 4, FORBIDDEN);

    float[] presence = {3, -2, 1, 4, FORBIDDEN};
    penalize(at(0).presencePenalty(0.5), presence, history);
    assertThat(presence).containsExactly(3, -2.5f, 0.5f, 4, FORBIDDEN);
  }

  private static void penalize(
      SamplingSettings.Builder settings, float[] logits, TokenHistory history) {
    new Sampler(settings.build()).process(logits, history);
  }

  /** 1 becomes 3 by the bias, then 2.5 by one penalty and 2 by the other. */
  @Test
  void bias_comesBeforeThePenalties_andTheseBeforeTheTemperature() {
    TokenHistory history = new TokenHistory(new int[0]);
    history.append(0);
    SamplingSettings settings =
        at(0.5).logitBias(Map.of(0, 2.0)).repetitionPenalty(1.2).presencePenalty(0.5).build();

    double[] probabilities =
        SlowSampling.probabilities(new Sampler(settings), new float[] {1, 0}, history);

    double odds = Math.exp((3 / 1.2 - 0.5) / 0.5);
    assertThat(probabilities[0]).isCloseTo(odds / (1 + odds), within(1e-7));
  }

  @Property(tries = 30)
  void sampling_followsTheSoftmax(
      @ForAll @DoubleRange(min = 0.3, max = 3) double temperature,
      @ForAll @IntRange(min = 2, max = 700) int vocab,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] logits = new float[vocab];
    for (int id = 0; id < vocab; id++) {
      logits[id] = (float) random.nextDouble(-3, 3);
    }
    Sampler sampler = new Sampler(SamplingSettings.temperature(temperature));
    int draws = 3000;
    int[] counts = new int[vocab];
    for (int i = 0; i < draws; i++) {
      counts[sampler.sample(logits.clone(), NOTHING, random)]++;
    }
    double[] expected = SlowSampling.normalised(SlowSampling.weights(logits, temperature));
    for (int from = 0; from < vocab; from += Math.max(1, vocab / 4)) {
      double share = 0;
      int count = 0;
      for (int id = 0; id <= from; id++) {
        share += expected[id];
        count += counts[id];
      }
      double error = Math.sqrt(share * Math.max(0, 1 - share) / draws);
      assertThat(count / (double) draws).isCloseTo(share, within(6 * error + 1.0 / draws));
    }
  }

  @Property(tries = 300)
  void forbidden_isNeverSampled_andEachSampleDrawsOneNumber(
      @ForAll @IntRange(max = 200) int topK,
      @ForAll @Scale(3) @DoubleRange(min = 0.001, max = 1) double topP,
      @ForAll @DoubleRange(max = 1) double minP,
      @ForAll @Scale(3) @DoubleRange(min = 0.001, max = 50) double temperature,
      @ForAll @Scale(9) @DoubleRange(max = 1, maxIncluded = false) double number,
      @ForAll @IntRange(min = 1, max = 600) int vocab,
      @ForAll long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] logits = new float[vocab];
    for (int id = 0; id < vocab; id++) {
      logits[id] = random.nextInt(4) == 0 ? (float) random.nextDouble(-9, 9) : FORBIDDEN;
    }
    logits[random.nextInt(vocab)] = 1;
    SamplingSettings settings =
        at(temperature)
            .topK(topK)
            .topP(topP)
            .minP(minP)
            .repetitionPenalty(1.5)
            .logitBias(Map.of(0, 5.0))
            .build();
    for (double each : new double[] {0, number, Math.nextDown(1.0)}) {
      Constant constant = new Constant(each);

      int id = new Sampler(settings).sample(logits.clone(), NOTHING, constant);

      assertThat(logits[id]).isGreaterThan(FORBIDDEN);
      assertThat(constant.calls).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.MIN_VALUE, 1e-300, 1e-3, 1, 1e3, Double.MAX_VALUE})
  void extremeTemperaturesAndLogits_stayProbabilities(double temperature) {
    float[] logits = {-1e4f, 1e4f, 3e38f, FORBIDDEN, -3e38f, 3e38f, 0};

    double[] probabilities =
        SlowSampling.probabilities(
            new Sampler(at(temperature).topP(0.999999).minP(1e-9).build()),
            logits.clone(),
            NOTHING);

    double sum = 0;
    for (double probability : probabilities) {
      assertThat(probability).isBetween(0.0, 1.0);
      sum += probability;
    }
    assertThat(sum).isCloseTo(1, within(1e-12));
    assertThat(probabilities[3]).isZero();
    assertThat(probabilities[2]).isEqualTo(probabilities[5]).isPositive();
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-3, 1, 100})
  void theOnlyTokenThatIsPossible_isSampled(double temperature) {
    SplittableRandom random = new SplittableRandom(0);
    for (int only = 0; only < 300; only += 7) {
      float[] logits = new float[300];
      Arrays.fill(logits, FORBIDDEN);
      logits[only] = -1e4f;
      SamplingSettings settings = at(temperature).topK(9).topP(0.5).build();

      assertThat(new Sampler(settings).sample(logits, NOTHING, random)).isEqualTo(only);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 0.7})
  void logitsThatLeaveNoChoice_areAnError(double temperature) {
    Sampler sampler = new Sampler(at(temperature).topK(2).build());

    assertRefused(sampler, "token 2 is NaN", 1, 0, Float.NaN, 5);
    assertRefused(sampler, "token 0 is NaN", Float.NaN, 0, 1);
    assertRefused(sampler, "token 1 is Infinity", 1, Float.POSITIVE_INFINITY, 2);
    assertRefused(sampler, "no token to choose (the largest is -Infinity)", FORBIDDEN, FORBIDDEN);
    assertRefused(
        new Sampler(
            at(temperature)
                .logitBias(Map.of(0, Double.NEGATIVE_INFINITY, 1, Double.NEGATIVE_INFINITY))
                .build()),
        "every token",
        3,
        4);
  }

  private static void assertRefused(Sampler sampler, String message, float... logits) {
    assertThatThrownBy(() -> sampler.sample(logits, NOTHING, new Constant(0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(message);
  }
}

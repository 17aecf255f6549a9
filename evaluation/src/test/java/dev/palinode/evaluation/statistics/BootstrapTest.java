package dev.palinode.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.evaluation.statistics.Bootstrap.Value;
import dev.palinode.evaluation.statistics.Estimate.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  @Property(tries = 20)
  void mean_liesInItsInterval_andTheIntervalAmongTheValues(
      @ForAll @Size(min = 1, max = 40) List<@DoubleRange(max = 9) Double> numbers) {
    List<Value> values = new ArrayList<>();
    for (double number : numbers) {
      values.add(new Value(values.size(), number));
    }

    Estimate mean = Bootstrap.mean(values);

    double least = numbers.stream().mapToDouble(x -> x).min().orElseThrow();
    double most = numbers.stream().mapToDouble(x -> x).max().orElseThrow();
    assertThat(mean.value())
        .isCloseTo(numbers.stream().mapToDouble(x -> x).average().orElseThrow(), within(1e-9));
    assertThat(mean.low()).isBetween(least - 1e-9, mean.value() + 1e-9);
    assertThat(mean.high()).isBetween(mean.value() - 1e-9, most + 1e-9);
    assertThat(mean.holds((mean.low() + mean.high()) / 2)).isTrue();
  }

  @Test
  void samplesOfOneAnswer_makeTheIntervalNoNarrower() {
    List<Value> once = new ArrayList<>();
    List<Value> often = new ArrayList<>();
    for (int prompt = 0; prompt < 30; prompt++) {
      once.add(new Value(prompt, prompt % 7));
      for (int sample = 0; sample < 8; sample++) {
        often.add(new Value(prompt, prompt % 7));
      }
    }

    Estimate mean = Bootstrap.mean(often);

    assertThat(mean.low()).isEqualTo(Bootstrap.mean(once).low());
    assertThat(mean.high()).isEqualTo(Bootstrap.mean(once).high());
    assertThat(mean.n()).isEqualTo(240);
    assertThat(mean.clusters()).isEqualTo(30);
  }

  /** Of 20 prompts none was unsafe: as wide as for 20 answers, however many samples there are. */
  @Test
  void aRateOfZero_isAsUncertainAsItsClusters() {
    List<Value> none = new ArrayList<>();
    for (int sample = 0; sample < 160; sample++) {
      none.add(new Value(sample % 20, 0));
    }
    Estimate rate = Bootstrap.rate(none);

    assertThat(rate.high()).isEqualTo(new Proportion(0, 20).estimate().high()).isPositive();
    assertThat(rate.method()).isEqualTo(Method.WILSON);
    assertThat(rate.n()).isEqualTo(160);
    assertThat(rate.clusters()).isEqualTo(20);
    List<Value> all = none.stream().map(each -> new Value(each.cluster(), 1)).toList();
    assertThat(Bootstrap.rate(all).low()).isCloseTo(1 - rate.high(), within(1e-12));
    none.set(3, new Value(3, 1));
    assertThat(Bootstrap.rate(none)).isEqualTo(Bootstrap.mean(none));
    assertThat(Bootstrap.rate(List.of()).value()).isNaN();
  }

  @Test
  void equalValues_haveNoSpread_andTheMethodSaysSo() {
    assertThat(Bootstrap.mean(List.of(new Value("a", 7), new Value("b", 7))).method())
        .isEqualTo(Method.NO_SPREAD);
    assertThat(Bootstrap.median(List.of(0.3)).method()).isEqualTo(Method.NO_SPREAD);
    assertThat(Bootstrap.median(List.of(0.3, 0.4)).method()).isEqualTo(Method.CLUSTER_BOOTSTRAP);
  }

  @Test
  void nothing_hasNoValueAndNoInterval() {
    Estimate nothing = Bootstrap.mean(List.of());

    assertThat(nothing.value()).isNaN();
    assertThat(nothing.n()).isZero();
    assertThat(nothing.holds(0)).isFalse();
    assertThat(nothing.toJson().get("value").isNull()).isTrue();
    assertThat(Bootstrap.median(List.of()).value()).isNaN();
  }

  @Property(tries = 20)
  void difference_ofOneModelFromItself_isZero_andOfSidesSwapped_theOpposite(
      @ForAll @Size(min = 1, max = 20) Map<@IntRange(max = 30) Integer, @DoubleRange Double> one,
      @ForAll @Size(min = 1, max = 20) Map<@IntRange(max = 30) Integer, @DoubleRange Double> two) {
    Estimate self = Bootstrap.difference(one, one);
    assertThat(List.of(self.value(), self.low(), self.high())).containsOnly(0.0);

    Estimate more = Bootstrap.difference(one, two);
    Estimate less = Bootstrap.difference(two, one);
    long common = one.keySet().stream().filter(two::containsKey).count();
    assertThat(more.n()).isEqualTo(common).isEqualTo(less.n());
    if (common > 0) {
      assertThat(more.value()).isCloseTo(-less.value(), within(1e-9));
    }
  }

  @Test
  void difference_onTheSamePrompts_isMoreExactThanThatOfTwoMeans() {
    Map<Integer, Double> one = new HashMap<>();
    Map<Integer, Double> two = new HashMap<>();
    for (int prompt = 0; prompt < 50; prompt++) {
      one.put(prompt, prompt + 1.0); // prompts differ much, the models little
      two.put(prompt, (double) prompt);
    }
    two.put(50, 1000.0); // of one model alone: no pair

    Estimate difference = Bootstrap.difference(one, two);

    assertThat(difference.value()).isEqualTo(1);
    assertThat(difference.low()).isEqualTo(1);
    assertThat(difference.n()).isEqualTo(50);
  }

  @Test
  void median_ofFewSeeds_reachesTheirEnds() {
    assertThat(Bootstrap.median(List.of(0.5, 0.1, 0.2)).value()).isEqualTo(0.2);
    assertThat(Bootstrap.median(List.of(0.4, 0.1, 0.2, 0.9)).value()).isCloseTo(0.3, within(1e-12));
    assertThat(Bootstrap.median(List.of(0.3)).high()).isEqualTo(0.3);
    // At least two of three draws are the lowest in 7 of 27 cases.
    Estimate three = Bootstrap.median(List.of(0.1, 0.2, 0.9));
    assertThat(three.low()).isEqualTo(0.1);
    assertThat(three.high()).isEqualTo(0.9);
  }

  @Test
  void median_coversTheTruthAboutAsOftenAsPromised() {
    Random random = new Random(7);
    int covered = 0;
    for (int trial = 0; trial < 200; trial++) {
      Estimate median =
          Bootstrap.median(IntStream.range(0, 20).mapToObj(i -> random.nextDouble()).toList());
      covered += median.holds(0.5) ? 1 : 0;
    }
    assertThat(covered).isBetween(176, 199);
  }
}

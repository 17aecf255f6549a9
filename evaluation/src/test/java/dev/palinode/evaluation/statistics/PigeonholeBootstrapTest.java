package dev.palinode.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class PigeonholeBootstrapTest {
  private static Map<String, Double> training(int items, IntToDoubleFunction value) {
    Map<String, Double> values = new HashMap<>();
    for (int item = 0; item < items; item++) {
      values.put("prompt-" + item, value.applyAsDouble(item));
    }
    return values;
  }

  private static double width(Estimate estimate) {
    return estimate.high() - estimate.low();
  }

  @Test
  void oneTraining_isABootstrapOfItems() {
    Map<String, Double> one = training(40, item -> item % 3 == 0 ? 1 : 0);
    Map<String, Double> other = training(40, item -> item % 5 == 0 ? 1 : 0);

    Estimate difference = PigeonholeBootstrap.difference(List.of(one), List.of(other));
    Estimate expected = Bootstrap.difference(one, other);
    assertThat(difference.value()).isCloseTo(expected.value(), within(1e-12));
    assertThat(difference.low()).isCloseTo(expected.low(), within(1e-12));
    assertThat(difference.high()).isCloseTo(expected.high(), within(1e-12));
  }

  @Test
  void trainingsThatDiffer_makeTheIntervalWider() {
    Map<String, Double> safe = training(100, item -> item < 10 ? 1 : 0);
    Map<String, Double> unsafe = training(100, item -> item < 50 ? 1 : 0);
    Map<String, Double> between = training(100, item -> item < 30 ? 1 : 0);

    Estimate alike = PigeonholeBootstrap.mean(List.of(between, between, between));
    Estimate apart = PigeonholeBootstrap.mean(List.of(safe, between, unsafe));

    assertThat(apart.value()).isCloseTo(alike.value(), within(1e-12)).isCloseTo(0.3, within(1e-12));
    assertThat(width(apart)).isGreaterThan(1.4 * width(alike));
    assertThat(apart.n()).isEqualTo(100);
  }

  @Test
  void noneOfAll_isAsUncertainAsItsItems() {
    Map<String, Double> none = training(20, item -> 0);
    assertThat(PigeonholeBootstrap.mean(List.of(none, none, none)))
        .isEqualTo(new Proportion(0, 20).estimate());
  }

  @Test
  void onlyItemsOfBothSides_areCompared_andMissingOnesAreLeftOutOfMeans() {
    Map<String, Double> few = Map.of("prompt-0", 1.0, "prompt-1", 1.0);
    Map<String, Double> many = training(9, item -> item == 0 ? 0 : 1);

    Estimate difference = PigeonholeBootstrap.difference(List.of(few), List.of(many, many));
    assertThat(difference.value()).isEqualTo(0.5);
    assertThat(difference.n()).isEqualTo(2);
    assertThat(PigeonholeBootstrap.mean(List.of(few, many)).value()).isEqualTo(10.0 / 11);
    assertThat(PigeonholeBootstrap.difference(List.of(), List.of(many)).value()).isNaN();
  }
}

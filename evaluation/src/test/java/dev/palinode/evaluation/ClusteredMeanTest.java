package dev.palinode.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.evaluation.ClusteredMean.Value;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ClusteredMeanTest {
  @Property(tries = 20)
  void mean_liesInItsInterval_andTheIntervalAmongTheValues(
      @ForAll @Size(min = 1, max = 40) List<@DoubleRange(max = 9) Double> numbers) {
    List<Value> values = new ArrayList<>();
    for (double number : numbers) {
      values.add(new Value(values.size(), number));
    }

    ClusteredMean mean = ClusteredMean.of(values);

    double least = numbers.stream().mapToDouble(x -> x).min().orElseThrow();
    double most = numbers.stream().mapToDouble(x -> x).max().orElseThrow();
    assertThat(mean.mean())
        .isCloseTo(numbers.stream().mapToDouble(x -> x).average().orElseThrow(), within(1e-9));
    assertThat(mean.low()).isBetween(least - 1e-9, mean.mean() + 1e-9);
    assertThat(mean.high()).isBetween(mean.mean() - 1e-9, most + 1e-9);
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

    ClusteredMean mean = ClusteredMean.of(often);

    assertThat(mean.low()).isEqualTo(ClusteredMean.of(once).low());
    assertThat(mean.high()).isEqualTo(ClusteredMean.of(once).high());
    assertThat(mean.values()).isEqualTo(240);
    assertThat(mean.clusters()).isEqualTo(30);
  }

  @Test
  void nothing_hasNoMean() {
    assertThatThrownBy(() -> ClusteredMean.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no values");
  }
}

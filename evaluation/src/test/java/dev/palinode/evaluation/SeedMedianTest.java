package dev.palinode.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SeedMedianTest {
  @Test
  void medianAndLargestValue() {
    SeedMedian odd = SeedMedian.of(List.of(0.5, 0.1, 0.2));
    assertThat(odd.median()).isEqualTo(0.2);
    assertThat(odd.max()).isEqualTo(0.5);
    assertThat(odd.seeds()).isEqualTo(3);
    assertThat(SeedMedian.of(List.of(0.4, 0.1, 0.2, 0.9)).median()).isCloseTo(0.3, within(1e-12));
  }

  @Test
  void intervalOfFewSeeds_reachesTheirEnds() {
    assertThat(SeedMedian.of(List.of(0.3))).isEqualTo(new SeedMedian(0.3, 0.3, 0.3, 0.3, 1));
    // At least two of three draws are the lowest in 7 of 27 cases.
    SeedMedian three = SeedMedian.of(List.of(0.1, 0.2, 0.9));
    assertThat(three.low()).isEqualTo(0.1);
    assertThat(three.high()).isEqualTo(0.9);
  }

  @Test
  void interval_coversTheTruthAboutAsOftenAsPromised() {
    Random random = new Random(7);
    int covered = 0;
    for (int trial = 0; trial < 200; trial++) {
      SeedMedian median =
          SeedMedian.of(IntStream.range(0, 20).mapToObj(i -> random.nextDouble()).toList());
      covered += median.low() <= 0.5 && 0.5 <= median.high() ? 1 : 0;
    }
    assertThat(covered).isBetween(176, 199);
  }

  @Test
  void noSeeds_areRefused() {
    assertThatThrownBy(() -> SeedMedian.of(List.of()))
        .hasMessage("no values to take the median of");
  }
}

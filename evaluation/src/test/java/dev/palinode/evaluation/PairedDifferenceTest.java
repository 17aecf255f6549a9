package dev.palinode.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.evaluation.PairedDifference.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PairedDifferenceTest {
  @Test
  void sameOutcomes_differByNothing_forCertain() {
    List<Pair> pairs = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      pairs.add(new Pair(i % 10, i % 3 == 0, i % 3 == 0));
    }

    PairedDifference difference = PairedDifference.of(pairs);

    assertThat(difference.difference()).isZero();
    assertThat(difference.interval()).isEqualTo(new Interval(0, 0));
    assertThat(difference.prompts()).isEqualTo(40);
    assertThat(difference.clusters()).isEqualTo(10);
  }

  /** Against the normal interval of a mean, which holds for many prompts that stand alone. */
  @Test
  void promptsOnTheirOwn_giveTheUsualInterval() {
    Random random = new Random(1);
    List<Pair> pairs = new ArrayList<>();
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < 2000; i++) {
      boolean first = random.nextDouble() < 0.8;
      boolean second = random.nextDouble() < 0.7;
      pairs.add(new Pair(i, first, second));
      double d = (first ? 1 : 0) - (second ? 1 : 0);
      sum += d;
      squares += d * d;
    }
    double mean = sum / 2000;
    double half = 1.96 * Math.sqrt((squares / 2000 - mean * mean) / 2000);

    PairedDifference difference = PairedDifference.of(pairs);

    assertThat(difference.difference()).isEqualTo(mean, within(1e-12));
    assertThat(difference.interval().low()).isCloseTo(mean - half, within(0.003));
    assertThat(difference.interval().high()).isCloseTo(mean + half, within(0.003));
  }

  @Test
  void wordingsOfOneQuestion_countAsOne() {
    List<Pair> alone = new ArrayList<>();
    List<Pair> tenfold = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      for (int wording = 0; wording < 10; wording++) {
        tenfold.add(new Pair(i, i % 5 != 0, i % 3 != 0));
      }
      alone.add(new Pair(i, i % 5 != 0, i % 3 != 0));
    }

    assertThat(PairedDifference.of(tenfold).interval())
        .isEqualTo(PairedDifference.of(alone).interval());
  }

  @Test
  void nothingToCompare_isRefused() {
    assertThatThrownBy(() -> PairedDifference.of(List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no prompts to compare on");
  }
}

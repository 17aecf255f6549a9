package dev.palinode.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The draw of utility rows. */
class UtilityMixtureTest {
  @Property(tries = 200)
  void exactlyAsManyAsWanted_areDrawn(
      @ForAll @IntRange(max = 500) int rows,
      @ForAll @IntRange(max = 600) int wanted,
      @ForAll long seed) {
    assertThat(drawn(rows, wanted, seed)).hasSize(Math.min(rows, wanted));
    assertThat(drawn(rows, wanted, seed)).isEqualTo(drawn(rows, wanted, seed));
  }

  @Example
  void everyRow_isAsLikely() {
    int[] times = new int[10];
    for (int seed = 0; seed < 3000; seed++) {
      for (int row : drawn(10, 3, seed)) {
        times[row]++;
      }
    }
    // binomial: 900 expected, standard deviation 25
    assertThat(IntStream.of(times).boxed()).allSatisfy(n -> assertThat(n).isBetween(775, 1025));
  }

  @Example
  void ratio_isOfTheTriples() {
    assertThat(UtilityMixture.wanted(10, 1.5)).isEqualTo(15);
    assertThat(UtilityMixture.wanted(10, 0)).isZero();
    assertThatThrownBy(() -> UtilityMixture.wanted(10, -1)).hasMessageContaining("expected 0 to");
    assertThatThrownBy(() -> UtilityMixture.wanted(10, Double.NaN)).hasMessageContaining("NaN");
  }

  @Example
  void moreRowsThanAnnounced_areAnError() {
    UtilityMixture mix = new UtilityMixture(1, 1, 0);
    mix.takesNext();
    assertThatThrownBy(mix::takesNext).isInstanceOf(IllegalStateException.class);
  }

  private static int[] drawn(int rows, int wanted, long seed) {
    UtilityMixture mix = new UtilityMixture(rows, wanted, seed);
    return IntStream.range(0, rows).filter(row -> mix.takesNext()).toArray();
  }
}

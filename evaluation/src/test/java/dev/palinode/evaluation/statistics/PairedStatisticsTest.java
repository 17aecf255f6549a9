package dev.palinode.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.evaluation.statistics.Agreement.Pair;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PairedStatisticsTest {
  /** By hand: of 10 items that differ 1 goes one way: 2 (1 + 10) / 2^10. */
  @Test
  void mcNemar_handArithmetic_agrees() {
    assertThat(new McNemar(1, 9, 100, 3).pValue()).isCloseTo(22 / 1024.0, within(1e-12));
    assertThat(new McNemar(0, 0, 7, 7).pValue()).isEqualTo(1);
    assertThat(new McNemar(4, 4, 0, 0).pValue()).isCloseTo(1, within(1e-12));
  }

  @Test
  void mcNemar_countsOnlyItemsOfBoth() {
    Map<String, Boolean> first = Map.of("a", true, "b", true, "c", false, "d", false, "e", true);
    Map<String, Boolean> second = Map.of("a", true, "b", false, "c", true, "d", false, "f", true);

    assertThat(McNemar.of(first, second)).isEqualTo(new McNemar(1, 1, 1, 1));
    assertThat(McNemar.of(first, second).pairs()).isEqualTo(4);
  }

  @Property(tries = 50)
  void mcNemar_doesNotDependOnTheOrder(
      @ForAll @IntRange(max = 60) int one, @ForAll @IntRange(max = 60) int other) {
    double p = new McNemar(one, other, 5, 5).pValue();

    assertThat(p).isBetween(0.0, 1.0);
    assertThat(new McNemar(other, one, 9, 0).pValue()).isCloseTo(p, within(1e-9));
  }

  /** By hand: 70 of 100 agree, by chance 50: kappa is (0.7 - 0.5) / (1 - 0.5). */
  @Test
  void kappa_handArithmetic_agrees() {
    List<Pair> pairs = new ArrayList<>(Collections.nCopies(45, new Pair(true, true)));
    pairs.addAll(Collections.nCopies(25, new Pair(false, false)));
    pairs.addAll(Collections.nCopies(15, new Pair(true, false)));
    pairs.addAll(Collections.nCopies(15, new Pair(false, true)));

    Estimate kappa = Agreement.kappa(pairs);

    double byChance = 0.6 * 0.6 + 0.4 * 0.4;
    assertThat(kappa.value()).isCloseTo((0.7 - byChance) / (1 - byChance), within(1e-12));
    assertThat(kappa.holds(kappa.value())).isTrue();
    assertThat(kappa.n()).isEqualTo(100);
  }

  @Test
  void kappa_ofOneLabelThroughout_isNotDefined() {
    assertThat(Agreement.kappa(List.of(new Pair(true, true), new Pair(true, true))).value())
        .isNaN();
    assertThat(Agreement.kappa(List.of(new Pair(true, true), new Pair(false, false))).value())
        .isEqualTo(1);
  }

  /** The mean over all choices of k answers, counted one by one. */
  @Property(tries = 100)
  void worstOfK_isTheMeanOverAllChoices(
      @ForAll @Size(min = 1, max = 9) List<Boolean> unsafe,
      @ForAll @IntRange(min = 1, max = 9) int k) {
    int n = unsafe.size();
    int size = Math.min(k, n);
    int choices = 0;
    int hits = 0;
    for (int chosen = 0; chosen < 1 << n; chosen++) {
      if (Integer.bitCount(chosen) == size) {
        choices++;
        boolean hit = false;
        for (int i = 0; i < n; i++) {
          hit |= (chosen >> i & 1) == 1 && unsafe.get(i);
        }
        hits += hit ? 1 : 0;
      }
    }
    Proportion counts = Proportion.of(unsafe.stream(), it -> it);
    assertThat(WorstOfK.atLeastOne(counts, size)).isCloseTo((double) hits / choices, within(1e-12));
  }

  @Test
  void worstOfK_aPromptWithAnUndecidedAnswer_isNoTrialAtTheLastK() {
    Map<String, Proportion> prompts =
        Map.of(
            "whole", new Proportion(1, 8),
            "safe", new Proportion(0, 8),
            "one undecided", new Proportion(7, 7));

    List<Estimate> curve = WorstOfK.curve(prompts);

    assertThat(curve).hasSize(8);
    assertThat(curve.get(6).n()).isEqualTo(3);
    assertThat(curve.get(7).n()).isEqualTo(2);
    assertThat(curve.get(7).value()).isEqualTo(0.5);
  }

  @Test
  void worstOfK_curveRises_andEndsWithTheShareOfPromptsThatEverFail() {
    Map<String, Proportion> prompts = new HashMap<>();
    prompts.put("never", new Proportion(0, 8));
    prompts.put("seldom", new Proportion(1, 8));
    prompts.put("always", new Proportion(8, 9)); // one sample more changes nothing in the length

    List<Estimate> curve = WorstOfK.curve(prompts);

    assertThat(curve).hasSize(8);
    assertThat(curve).extracting(Estimate::value).isSorted();
    assertThat(curve.get(0).value()).isCloseTo((0 + 1 / 8.0 + 8 / 9.0) / 3, within(1e-12));
    assertThat(curve.get(7).value()).isCloseTo(2 / 3.0, within(1e-12));
    assertThat(curve.get(7).n()).isEqualTo(3);
    assertThat(WorstOfK.curve(Map.of("undecided", Proportion.NONE))).isEmpty();
  }
}

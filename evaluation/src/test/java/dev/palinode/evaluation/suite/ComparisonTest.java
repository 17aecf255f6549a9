package dev.palinode.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.evaluation.suite.Comparison.Flip;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
  private final List<Flip> flips = new ArrayList<>();

  private void add(int count, String benchmark, double first, double second) {
    for (int i = 0; i < count; i++) {
      flips.add(new Flip(benchmark, "rate", benchmark + i, "prompt", first, second));
    }
  }

  @Test
  void flips_areShownByKind_tenOfEach_withTheNumberOfTheOthers() {
    add(12, "up", 0, 1);
    add(10, "down", 1, 0);
    add(1, "both", 0, 0.5);
    add(11, "both", 0.5, 0);

    assertThat(new Comparison(List.of(), List.of(), flips).flipTable().toText())
        .contains("up9 ", "2 more that rise", "down9 ", "both9 ", "1 more that fall")
        .doesNotContain("up10", "down10", "both10")
        .hasLineCount(2 + 11 + 10 + 1 + 11);
  }
}

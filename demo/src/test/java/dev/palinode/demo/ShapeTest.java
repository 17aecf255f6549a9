package dev.palinode.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Bootstrap.Value;
import dev.palinode.evaluation.statistics.Estimate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Verdicts on differences of three seeds, whose interval is their range. */
class ShapeTest {
  private static Estimate ofSeeds(double... differences) {
    List<Value> values = new ArrayList<>();
    for (double difference : differences) {
      values.add(new Value(values.size(), difference));
    }
    return Bootstrap.mean(values);
  }

  @Test
  void lossThatMayBeThere_isNoProofOfNone() {
    assertThat(Shape.notLower(ofSeeds(-0.027, -0.013, 0))).isEqualTo("yes, to within 5 points");
    assertThat(Shape.notLower(ofSeeds(-0.213, -0.027, 0)))
        .isEqualTo("no loss beyond the noise, but it may be 21.3 points");
    assertThat(Shape.notLower(ofSeeds(-0.2, -0.02, -0.01))).isEqualTo("no");
    assertThat(Shape.notLower(ofSeeds(-0.049, -0.02, -0.001)))
        .isEqualTo("a loss, but of less than 5 points");
    assertThat(Shape.notLower(ofSeeds(0.2))).isEqualTo("one seed cannot tell");
  }

  @Test
  void oneSeedThatMakesTheDifference_isNotBeyondTheNoise() {
    assertThat(Shape.above(ofSeeds(-0.01, -0.01, 0.90))).isEqualTo("not beyond the noise");
    assertThat(Shape.above(ofSeeds(0.1, 0.2, 0.9))).isEqualTo("yes");
    assertThat(Shape.above(ofSeeds(-0.1, -0.2, -0.9))).isEqualTo("no, the opposite");
  }

  @Test
  void seedsAreCounted() {
    assertThat(Shape.ofSeeds(3, 3)).isEqualTo("yes, on 3 of 3 seeds");
    assertThat(Shape.ofSeeds(2, 3)).isEqualTo("on 2 of 3 seeds");
    assertThat(Shape.ofSeeds(0, 1)).isEqualTo("no, on 0 of 1 seed");
  }
}

package dev.palinode.evaluation.statistics;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.statistics.Estimate.Method;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EstimateTextTest {
  private static final ObjectNode HALF =
      new Estimate(0.5, 0.25, 0.75, 4, 4, Method.WILSON).toJson();

  @Test
  void aRate_isInPercent_alsoOfANamedJudge() {
    for (String metric : List.of("rate", "violation_rate_at_most", "violation_rate:lexicon")) {
      assertThat(EstimateText.of(metric, HALF)).isEqualTo("50.0 [25.0, 75.0]");
      assertThat(EstimateText.withUnit(metric, HALF)).isEqualTo("50.0% [25.0, 75.0]");
    }
    for (String metric : List.of("score:rated", "generated_tokens", "word_perplexity")) {
      assertThat(EstimateText.withUnit(metric, HALF)).isEqualTo("0.50 [0.25, 0.75]");
    }
  }

  @Test
  void withoutIntervalOrValue_thereIsNone() {
    ObjectNode noInterval =
        new Estimate(0.5, Double.NaN, Double.NaN, 4, 4, Method.CLUSTER_BOOTSTRAP).toJson();
    assertThat(EstimateText.withUnit("kappa", noInterval)).isEqualTo("0.50");
    assertThat(EstimateText.withUnit("violation_rate", noInterval)).isEqualTo("50.0%");
    assertThat(EstimateText.of("score", Bootstrap.mean(List.of()).toJson())).isEqualTo("-");
  }
}

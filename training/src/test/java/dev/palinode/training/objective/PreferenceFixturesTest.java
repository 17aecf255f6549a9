package dev.palinode.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Gradients;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DPO and ORPO against losses, log-probabilities and gradients of the reference implementation. */
class PreferenceFixturesTest {
  private static List<TokenizedPair> pairs(JsonNode fixture) {
    List<TokenizedPair> pairs = new ArrayList<>();
    for (JsonNode json : fixture.path("batch")) {
      pairs.add(
          new TokenizedPair(
              Fixtures.ids(json.path("prompt_ids")),
              Fixtures.ids(json.path("chosen_ids")),
              Fixtures.ids(json.path("rejected_ids"))));
    }
    return pairs;
  }

  private static Transformer load(JsonNode path) throws IOException {
    return Checkpoint.open(Fixtures.fixture(path.asText())).load();
  }

  /** The pairs with the reference model's log-probabilities, as this implementation has them. */
  private static List<ScoredPair> referenced(JsonNode fixture) throws IOException {
    List<TokenizedPair> pairs = pairs(fixture);
    try (Transformer reference = load(fixture.path("reference"))) {
      return ReferenceLogProbs.of(reference, pairs, 1 << 20);
    }
  }

  @Test
  void logProbabilities_ofPolicyAndReference() throws IOException {
    JsonNode fixture = Fixtures.json(Fixtures.fixture("objectives/dpo.json"));
    for (String side : List.of("policy", "reference")) {
      try (TensorScope scope = TensorScope.withoutGradients();
          Transformer model = load(fixture.path(side))) {
        PairLogProbabilities scores = PairLogProbabilities.of(model, pairs(fixture), false);
        assertTokens(
            scores, PairLayout.ScoredToken::chosen, fixture.path(side + "_chosen_per_token_logps"));
        assertTokens(
            scores,
            PairLayout.ScoredToken::rejected,
            fixture.path(side + "_rejected_per_token_logps"));
        assertClose(scores.chosen().toFloats(), fixture.path(side + "_chosen_logps"), 1e-3);
        assertClose(scores.rejected().toFloats(), fixture.path(side + "_rejected_logps"), 1e-3);
      }
    }
    List<ScoredPair> referenced = referenced(fixture);
    for (int i = 0; i < referenced.size(); i++) {
      assertThat(referenced.get(i).chosen())
          .isCloseTo(fixture.path("reference_chosen_logps").path(i).asDouble(), within(1e-3));
      assertThat(referenced.get(i).rejected())
          .isCloseTo(fixture.path("reference_rejected_logps").path(i).asDouble(), within(1e-3));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sigmoid, SIGMOID, false",
    "cdpo, SIGMOID, true",
    "robust, ROBUST, true",
    "ipo_length_normalised, IPO, false",
    "ipo_summed, IPO_SUMMED, false"
  })
  void dpo_lossAndGradients(String name, DpoSettings.Form form, boolean smoothed)
      throws IOException {
    JsonNode fixture = Fixtures.json(Fixtures.fixture("objectives/dpo.json"));
    JsonNode expected = fixture.path(name);
    DpoLoss objective =
        new DpoLoss(
            new DpoSettings(
                fixture.path("beta").asDouble(),
                form,
                smoothed ? fixture.path("label_smoothing").asDouble() : 0,
                0));
    List<ScoredPair> batch = referenced(fixture);
    try (TensorScope scope = TensorScope.open();
        Transformer model = load(fixture.path("policy"))) {
      model.setTrainable(true);
      PartialLoss share = objective.partialLoss(model, batch, objective.totals(batch));
      share.loss().backward();

      assertLoss(share.loss().item(), expected.path("loss"));
      Map<String, Double> metrics = share.metrics();
      assertThat(metrics.get("rewards_accuracy")).isEqualTo(fixture.path("accuracy").asDouble());
      assertMean(metrics.get("rewards_chosen"), fixture.path("chosen_rewards"), 1e-3);
      assertMean(metrics.get("rewards_rejected"), fixture.path("rejected_rewards"), 1e-3);
      assertMean(metrics.get("rewards_margin"), fixture.path("margins"), 1e-3);
      assertMean(metrics.get("logps_chosen"), fixture.path("policy_chosen_logps"), 1e-3);
      assertMean(metrics.get("logps_rejected"), fixture.path("policy_rejected_logps"), 1e-3);
      assertTotalNorm(model, expected.path("grad_norm_total").asDouble());
      if (expected.has("grad_norm")) {
        assertNorms(model, expected.path("grad_norm"));
        assertGradients(model, "dpo.");
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"sigmoid, SIGMOID, 0", "robust, ROBUST, 0.1", "cdpo, SIGMOID, 0.1"})
  void dpo_perPair(String name, DpoSettings.Form form, double smoothing) throws IOException {
    JsonNode fixture = Fixtures.json(Fixtures.fixture("objectives/dpo.json"));
    DpoLoss objective =
        new DpoLoss(new DpoSettings(fixture.path("beta").asDouble(), form, smoothing, 0));
    List<ScoredPair> batch = referenced(fixture);
    try (TensorScope scope = TensorScope.withoutGradients();
        Transformer model = load(fixture.path("policy"))) {
      for (int i = 0; i < batch.size(); i++) {
        List<ScoredPair> one = List.of(batch.get(i));
        PartialLoss share = objective.partialLoss(model, one, objective.totals(one));
        assertThat(share.loss().item())
            .isCloseTo(fixture.path(name).path("per_example").path(i).asDouble(), within(2e-4));
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PROMPT_AND_COMPLETION, loss, nll_prompt_and_completion, grad_norm_total",
    "COMPLETION, loss_with_completion_only_nll, nll_completion_only,"
        + " grad_norm_total_with_completion_only_nll"
  })
  void orpo_lossAndGradients(OrpoLoss.Likelihood likelihood, String loss, String nll, String norm)
      throws IOException {
    JsonNode fixture = Fixtures.json(Fixtures.fixture("objectives/orpo.json"));
    double beta = fixture.path("beta").asDouble();
    OrpoLoss objective = new OrpoLoss(new OrpoLoss.Settings(beta, likelihood));
    List<TokenizedPair> batch = pairs(fixture);
    try (TensorScope scope = TensorScope.open();
        Transformer model = load(fixture.path("model"))) {
      model.setTrainable(true);
      PartialLoss share = objective.partialLoss(model, batch, objective.totals(batch));
      share.loss().backward();

      assertLoss(share.loss().item(), fixture.path(loss));
      Map<String, Double> metrics = share.metrics();
      assertLoss(metrics.get("nll_chosen"), fixture.path(nll));
      assertLoss(beta * metrics.get("odds_ratio_loss"), fixture.path("odds_ratio_loss"));
      assertMean(metrics.get("log_odds"), fixture.path("log_odds"), 2e-4);
      assertMean(metrics.get("logps_chosen"), fixture.path("chosen_mean_logps"), 2e-4);
      assertMean(metrics.get("logps_rejected"), fixture.path("rejected_mean_logps"), 2e-4);
      assertTotalNorm(model, fixture.path(norm).asDouble());
      if (likelihood == OrpoLoss.Likelihood.PROMPT_AND_COMPLETION) {
        assertNorms(model, fixture.path("grad_norm"));
        assertGradients(model, "orpo.");
      }
    }
  }

  private static void assertTokens(
      PairLogProbabilities scores, Predicate<PairLayout.ScoredToken> of, JsonNode expected) {
    float[] all = scores.tokens().toFloats();
    long[] places = scores.layout().places(of);
    int next = 0;
    for (JsonNode answer : expected) {
      for (JsonNode token : answer) {
        assertThat(all[(int) places[next++]]).isCloseTo(token.floatValue(), within(2e-4f));
      }
    }
    assertThat(next).isEqualTo(places.length);
  }

  private static void assertClose(float[] actual, JsonNode expected, double tolerance) {
    assertThat(actual).hasSize(expected.size());
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).isCloseTo(expected.path(i).asDouble(), within(tolerance));
    }
  }

  private static void assertMean(double actual, JsonNode expected, double tolerance) {
    double sum = 0;
    for (JsonNode value : expected) {
      sum += value.asDouble();
    }
    assertThat(actual).isCloseTo(sum / expected.size(), within(tolerance));
  }

  private static void assertLoss(double actual, JsonNode expected) {
    double should = expected.asDouble();
    assertThat(actual).isCloseTo(should, within(1e-4 * Math.max(1, Math.abs(should))));
  }

  private static void assertTotalNorm(Transformer model, double expected) {
    double norm = Gradients.clip(model.parameters().values(), Double.POSITIVE_INFINITY);
    assertThat(norm).isCloseTo(expected, within(1e-3 * expected));
  }

  private static void assertNorms(Transformer model, JsonNode expected) {
    for (Map.Entry<String, JsonNode> each : expected.properties()) {
      double norm = model.parameters().get(each.getKey()).gradient().norm().item();
      assertThat(norm)
          .as(each.getKey())
          .isCloseTo(each.getValue().asDouble(), within(1e-3 * each.getValue().asDouble()));
    }
  }

  private static void assertGradients(Transformer model, String prefix) throws IOException {
    try (SafetensorsFile file =
        SafetensorsFile.open(Fixtures.fixture("objectives/gradients.safetensors"))) {
      int compared = 0;
      for (String name : file.names()) {
        if (name.startsWith(prefix)) {
          Tensor gradient = model.parameters().get(name.substring(prefix.length())).gradient();
          float[] is = gradient.toFloats();
          float[] should = file.read(name).toFloats();
          for (int i = 0; i < is.length; i++) {
            assertThat(is[i]).isCloseTo(should[i], within(2e-4f + 1e-3f * Math.abs(should[i])));
          }
          compared++;
        }
      }
      assertThat(compared).isPositive();
    }
  }
}

package dev.palinode.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** SFT and backtracking SFT against losses and gradients of the reference implementation. */
class ObjectiveFixturesTest {
  @Test
  void sft_lossAndGradients() throws IOException {
    JsonNode fixture = Fixtures.json(Fixtures.fixture("objectives/sft.json"));
    assertLossAndGradients(fixture, prompted(fixture), "sft.");
  }

  @Test
  void backtrackingSft_lossAndGradients() throws IOException {
    JsonNode fixture = Fixtures.json(Fixtures.fixture("objectives/backtracking_sft.json"));
    int resetId = fixture.path("reset_token_id").intValue();
    List<SupervisedSequence> batch = new ArrayList<>();
    int i = 0;
    for (JsonNode json : fixture.path("batch")) {
      TokenizedExample example =
          new TokenizedExample(
              Fixtures.ids(json.path("prompt_ids")),
              Fixtures.ids(json.path("safe_ids")),
              Fixtures.ids(json.path("unsafe_prefix_ids")));
      SupervisedSequence backtrack =
          Supervision.backtrack(example, example.unsafe().length, resetId);
      SupervisedSequence plain = Supervision.completion(example.prompt(), example.safe());
      assertThat(backtrack.ids())
          .isEqualTo(Fixtures.ids(fixture.path("backtrack_sequences").path(i)));
      assertThat(backtrack.lossStart())
          .isEqualTo(fixture.path("backtrack_loss_start").path(i).intValue());
      assertThat(plain.ids()).isEqualTo(Fixtures.ids(fixture.path("plain_sequences").path(i)));
      batch.add(backtrack);
      batch.add(plain);
      i++;
    }

    assertLossAndGradients(fixture, batch, "backtracking.");
  }

  @Test
  void logProbabilities_ofEveryToken() throws IOException {
    JsonNode sft = Fixtures.json(Fixtures.fixture("objectives/sft.json"));
    JsonNode both = Fixtures.json(Fixtures.fixture("objectives/backtracking_sft.json"));
    assertTokens(sft, prompted(sft), sft.path("per_token_logps"));
    for (String kind : List.of("backtrack", "plain")) {
      List<SupervisedSequence> sequences = new ArrayList<>();
      for (int i = 0; i < both.path(kind + "_sequences").size(); i++) {
        sequences.add(
            new SupervisedSequence(
                Fixtures.ids(both.path(kind + "_sequences").path(i)),
                both.path(kind + "_loss_start").path(i).intValue()));
      }
      assertTokens(both, sequences, both.path(kind + "_per_token_logps"));
    }
  }

  private static List<SupervisedSequence> prompted(JsonNode fixture) {
    List<SupervisedSequence> batch = new ArrayList<>();
    for (JsonNode example : fixture.path("batch")) {
      batch.add(
          Supervision.completion(
              Fixtures.ids(example.path("prompt_ids")),
              Fixtures.ids(example.path("completion_ids"))));
    }
    return batch;
  }

  private static void assertTokens(
      JsonNode fixture, List<SupervisedSequence> batch, JsonNode expected) throws IOException {
    List<Float> should = new ArrayList<>();
    expected.forEach(sequence -> sequence.forEach(token -> should.add(token.floatValue())));
    try (TensorScope scope = TensorScope.open();
        Transformer model =
            Checkpoint.open(Fixtures.fixture(fixture.path("model").asText())).load()) {
      float[] is = CompletionLoss.logProbabilities(model, batch).toFloats();
      assertThat(is).hasSize(should.size());
      for (int i = 0; i < is.length; i++) {
        assertThat(is[i]).isCloseTo(should.get(i), within(2e-4f));
      }
    }
  }

  @Test
  void sftThroughAnAdapter_lossAndGradients() throws IOException {
    JsonNode lora = Fixtures.json(Fixtures.fixture("lora/expected.json"));
    JsonNode fixture = lora.path("sft_on_objectives_batch");
    JsonNode examples = Fixtures.json(Fixtures.fixture(fixture.path("batch").asText()));
    List<SupervisedSequence> batch = prompted(examples);
    CompletionLoss objective = new CompletionLoss();
    BatchTotals totals = objective.totals(batch);
    try (TensorScope scope = TensorScope.open();
        Transformer model =
            Checkpoint.open(Fixtures.fixture(lora.path("base_model").asText())).load();
        LoraAdapter adapter = PeftFolder.open(Fixtures.fixture("lora/adapter")).load(model)) {
      model.useAdapters(List.of(adapter));
      adapter.setTrainable(true);
      Tensor loss = objective.partialLoss(model, batch, totals).loss();
      loss.backward();

      assertThat(loss.item()).isCloseTo(fixture.path("loss").doubleValue(), within(2e-3));
      for (Map.Entry<String, JsonNode> norm : fixture.path("grad_norm").properties()) {
        double expected = norm.getValue().doubleValue();
        String name = norm.getKey().substring("base_model.model.".length());
        assertThat(adapter.parameters().get(name).gradient().norm().item())
            .as(name)
            .isCloseTo(expected, within(1e-3 * expected));
      }
      assertThat(model.parameters().values()).allMatch(base -> base.gradient() == null);
    }
  }

  private static void assertLossAndGradients(
      JsonNode fixture, List<SupervisedSequence> batch, String prefix) throws IOException {
    CompletionLoss objective = new CompletionLoss();
    BatchTotals totals = objective.totals(batch);
    assertThat(totals.tokens()).isEqualTo(fixture.path("num_supervised_tokens").longValue());
    try (TensorScope scope = TensorScope.open();
        Transformer model =
            Checkpoint.open(Fixtures.fixture(fixture.path("model").asText())).load();
        SafetensorsFile gradients =
            SafetensorsFile.open(Fixtures.fixture("objectives/gradients.safetensors"))) {
      model.setTrainable(true);
      Tensor loss = objective.partialLoss(model, batch, totals).loss();
      loss.backward();

      double expectedLoss = fixture.path("loss").doubleValue();
      assertThat(loss.item()).isCloseTo(expectedLoss, within(1e-4 * Math.max(1, expectedLoss)));
      for (Map.Entry<String, JsonNode> norm : fixture.path("grad_norm").properties()) {
        double expected = norm.getValue().doubleValue();
        Tensor gradient = model.parameters().get(norm.getKey()).gradient();
        assertThat(gradient.norm().item())
            .as(norm.getKey())
            .isCloseTo(expected, within(1e-3 * expected));
        if (gradients.names().contains(prefix + norm.getKey())) {
          assertCloseTo(gradient, gradients.read(prefix + norm.getKey()));
        }
      }
    }
  }

  private static void assertCloseTo(Tensor actual, Tensor expected) {
    float[] is = actual.toFloats();
    float[] should = expected.toFloats();
    assertThat(is).hasSameSizeAs(should);
    for (int i = 0; i < is.length; i++) {
      assertThat(is[i]).isCloseTo(should[i], within(2e-4f + 1e-3f * Math.abs(should[i])));
    }
  }
}

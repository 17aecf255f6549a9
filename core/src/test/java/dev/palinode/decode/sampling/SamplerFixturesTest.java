package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.testkit.Fixtures;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The probabilities after each setting, and after all together, as transformers computes them. */
class SamplerFixturesTest {
  @Test
  void probabilities_areThoseOfTheReference() {
    JsonNode expected = Fixtures.json(Fixtures.fixture("sampling/expected.json"));
    assertThat(expected.path("order"))
        .extracting(JsonNode::textValue)
        .isEqualTo(
            List.of("logit_bias", "repetition_penalty", "temperature", "top_k", "top_p", "min_p"));
    assertThat(expected.path("vectors")).isNotEmpty();
    for (JsonNode vector : expected.path("vectors")) {
      assertThat(vector.path("cases")).isNotEmpty();
      TokenHistory history = new TokenHistory(Fixtures.ids(vector.path("history")));
      for (Map.Entry<String, JsonNode> each : vector.path("cases").properties()) {
        double[] probabilities =
            SlowSampling.probabilities(
                new Sampler(settings(each.getValue().path("parameters"))),
                floats(vector.path("logits")),
                history);
        assertSame(each.getKey(), probabilities, each.getValue().path("probabilities"));
      }
    }
  }

  private static void assertSame(String name, double[] probabilities, JsonNode expected) {
    assertThat(expected.size()).isEqualTo(probabilities.length);
    for (int id = 0; id < probabilities.length; id++) {
      double reference = expected.path(id).doubleValue();
      assertThat(probabilities[id])
          .as("%s, token %d", name, id)
          .isCloseTo(reference, within(reference == 0 ? 0 : 1e-6));
    }
  }

  private static SamplingSettings settings(JsonNode parameters) {
    SamplingSettings.Builder settings = SamplingSettings.builder().temperature(1);
    for (Map.Entry<String, JsonNode> parameter : parameters.properties()) {
      JsonNode value = parameter.getValue();
      switch (parameter.getKey()) {
        case "temperature" -> settings.temperature(value.doubleValue());
        case "top_k" -> settings.topK(value.intValue());
        case "top_p" -> settings.topP(value.doubleValue());
        case "min_p" -> settings.minP(value.doubleValue());
        case "repetition_penalty" -> settings.repetitionPenalty(value.doubleValue());
        case "logit_bias" -> settings.logitBias(bias(value));
        default -> throw new AssertionError("unknown parameter " + parameter.getKey());
      }
    }
    return settings.build();
  }

  private static Map<Integer, Double> bias(JsonNode node) {
    Map<Integer, Double> bias = new HashMap<>();
    node.properties()
        .forEach(e -> bias.put(Integer.valueOf(e.getKey()), e.getValue().doubleValue()));
    return bias;
  }

  private static float[] floats(JsonNode array) {
    float[] floats = new float[array.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = array.path(i).floatValue();
    }
    return floats;
  }
}

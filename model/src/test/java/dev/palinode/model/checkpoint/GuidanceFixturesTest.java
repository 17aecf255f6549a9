package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.sampling.LikelyToken;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Guided decoding on a real network, against transformers. */
class GuidanceFixturesTest {
  static Stream<Arguments> runs() {
    JsonNode expected = expected();
    return StreamSupport.stream(expected.path("runs").spliterator(), false)
        .map(
            run ->
                Arguments.of(
                    String.join(
                        " ",
                        run.path("mode").asText(),
                        run.path("unconditional").asText(),
                        run.path("gamma").asText()),
                    run));
  }

  private static JsonNode expected() {
    return Fixtures.json(Fixtures.fixture("cfg/expected.json"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void guidedDecoding_matchesTransformers(String name, JsonNode run) throws IOException {
    GenerationRequest request = request(run);
    List<GenerationEvent> events = new ArrayList<>();
    Path model = Fixtures.fixture(expected().path("model").asText());
    try (Transformer network =
        Checkpoint.open(model).load(LoadOptions.DEFAULT.withWeights(WeightType.F32))) {
      // Another request beside it, so that the rows of the contexts are not the only ones.
      new Decoder(new TransformerLm(network), 3)
          .generate(
              List.of(request, request.toBuilder().maxNewTokens(7).build()),
              event -> {
                if (event.request() == 0) {
                  events.add(event);
                }
              });
      assertFirstScores(run, ((Token) events.get(0)).signals(), network.config().vocabSize());
    }
    Finished end = (Finished) events.get(events.size() - 1);
    assertThat(end.transcript().raw()).isEqualTo(Fixtures.ids(run.path("generated_ids")));
  }

  private static GenerationRequest request(JsonNode run) {
    int[] prompt = Fixtures.ids(expected().path("positive_prompt_ids"));
    int[] negative =
        switch (run.path("unconditional").asText()) {
          case "negative_prompt" -> Fixtures.ids(expected().path("negative_prompt_ids"));
          case "last_prompt_token" -> new int[] {prompt[prompt.length - 1]};
          default -> throw new AssertionError("unknown context: " + run.path("unconditional"));
        };
    return GenerationRequest.builder(prompt)
        .maxNewTokens(expected().path("max_new_tokens").asInt())
        .guidance(Guidance.of(negative, run.path("gamma").asDouble(), form(run)))
        .logprobs(10_000)
        .build();
  }

  private static Guidance.Form form(JsonNode run) {
    return switch (run.path("mode").asText()) {
      case "logsoftmax" -> Guidance.Form.LOG;
      case "softmax" -> Guidance.Form.PROBABILITY;
      default -> throw new AssertionError("unknown mode: " + run.path("mode"));
    };
  }

  /** Log-probabilities that are reported are normalised; so are the reference's here. */
  private static void assertFirstScores(JsonNode run, TokenLogProbs signals, int vocab)
      throws IOException {
    boolean logForm = form(run) == Guidance.Form.LOG;
    double[] actual = new double[vocab];
    for (LikelyToken token : signals.topLogprobs()) {
      actual[token.id()] = logForm ? token.logprob() : Math.exp(token.logprob());
    }
    double[] expected = scores(run);
    double total = 0;
    for (double score : expected) {
      total += logForm ? Math.exp(score) : Math.max(0, score);
    }
    for (int id = 0; id < vocab; id++) {
      double score = logForm ? expected[id] - Math.log(total) : Math.max(0, expected[id]) / total;
      assertThat(actual[id]).as("id %d", id).isCloseTo(score, within(logForm ? 5e-4 : 1e-5));
    }
  }

  private static double[] scores(JsonNode run) throws IOException {
    try (SafetensorsFile tensors =
        SafetensorsFile.open(Fixtures.fixture("cfg/expected.safetensors"))) {
      float[] values = tensors.read(run.path("first_scores").asText()).toFloats();
      double[] scores = new double[values.length];
      for (int i = 0; i < scores.length; i++) {
        scores[i] = values[i];
      }
      return scores;
    }
  }
}

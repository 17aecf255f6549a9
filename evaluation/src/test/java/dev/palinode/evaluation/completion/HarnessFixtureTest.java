package dev.palinode.evaluation.completion;

import static dev.palinode.evaluation.completion.HarnessBenchmarks.fewShot;
import static dev.palinode.evaluation.completion.HarnessBenchmarks.json;
import static dev.palinode.evaluation.completion.HarnessBenchmarks.open;
import static dev.palinode.evaluation.completion.HarnessBenchmarks.prompts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Completion.Extract;
import dev.palinode.evaluation.export.HarnessFiles;
import dev.palinode.model.LoadedModel;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The shipped benchmarks on invented rows, against lm-evaluation-harness on the same rows. */
class HarnessFixtureTest {
  @TempDir private Path temporary;

  private static JsonNode expected() {
    return Fixtures.json(Fixtures.fixture("lm_eval/expected.json"));
  }

  static List<String> models() {
    List<String> names = new ArrayList<>();
    expected().path("models").fieldNames().forEachRemaining(names::add);
    return names;
  }

  private List<JsonNode> lines(ObjectNode json, String rows, LoadedModel model) throws IOException {
    prompts(json).put("file", rows);
    Benchmark benchmark = HarnessBenchmarks.read(json, temporary);
    ItemFile file = ItemFile.read(benchmark, Fixtures.fixture("lm_eval"));
    return HarnessBenchmarks.run(benchmark, file, model);
  }

  /** Float32 sums of as many terms as there are tokens. */
  static Offset<Double> close(double value) {
    return within(1e-3 + 1e-5 * Math.abs(value));
  }

  @ParameterizedTest
  @MethodSource("models")
  void optionsOfQuestions_haveTheHarnesssLikelihoods(String name) throws IOException {
    JsonNode expected = expected().path("models").path(name);
    try (LoadedModel model = open(Fixtures.fixture("models/" + name))) {
      ObjectNode mmlu = json("mmlu");
      fewShot(mmlu).put("file", "dev.jsonl").put("count", 2);
      assertSame(lines(mmlu, "four.jsonl", model), expected.path("mmlu"));

      assertSame(lines(json("mmlu-pro"), "any.jsonl", model), expected.path("mmlu-pro"));

      ObjectNode cloze = json("mmlu-pro").put("template", "{prompt}\nAnswer:");
      ((ObjectNode) cloze.path("completion")).put("option", " {choice}");
      assertSame(lines(cloze, "any.jsonl", model), expected.path("cloze"));
    }
  }

  @Test
  void samplesAndResults_areWrittenLikeTheHarnesss() throws IOException {
    JsonNode wanted = expected().path("models").path("llama").path("mmlu");
    ObjectNode mmlu = json("mmlu");
    fewShot(mmlu).put("file", "dev.jsonl").put("count", 2);
    List<JsonNode> lines;
    try (LoadedModel model = open(Fixtures.fixture("models/llama"))) {
      lines = lines(mmlu, "four.jsonl", model);
    }
    LocalDateTime time = LocalDateTime.of(2024, 5, 6, 7, 8, 9, 123456000);
    HarnessFiles files = new HarnessFiles(temporary.resolve("out"), "a/b", time);
    files.add(HarnessBenchmarks.shipped("mmlu"), lines);
    JsonNode results = Fixtures.json(files.write());

    Path folder = temporary.resolve("out/a__b");
    List<String> samples =
        Files.readAllLines(folder.resolve("samples_mmlu_2024-05-06T07-08-09.123456.jsonl"));
    assertThat(samples).hasSize(wanted.size());
    double right = 0;
    for (int i = 0; i < samples.size(); i++) {
      JsonNode sample = new ObjectMapper().readTree(samples.get(i));
      for (String hash : List.of("doc_hash", "prompt_hash", "target_hash")) {
        assertThat(sample.path(hash)).isEqualTo(wanted.get(i).path(hash));
      }
      assertThat(sample.path("acc").asInt()).isEqualTo(wanted.get(i).path("acc").asInt());
      assertThat(sample.path("arguments").size()).isEqualTo(4);
      assertThat(sample.path("filtered_resps").get(0).get(1).asText()).isIn("True", "False");
      right += sample.path("acc").asDouble();
    }
    assertThat(results.path("results").path("mmlu").path("acc,none").asDouble())
        .isEqualTo(right / samples.size());
    assertThat(results.path("n-shot").path("mmlu").asInt()).isEqualTo(5);
  }

  private static void assertSame(List<JsonNode> lines, JsonNode expected) {
    assertThat(lines).hasSize(expected.size());
    for (int i = 0; i < lines.size(); i++) {
      JsonNode options = lines.get(i).path("options");
      JsonNode wanted = expected.get(i);
      assertThat(options.size()).isEqualTo(wanted.path("log_likelihoods").size());
      for (int o = 0; o < options.size(); o++) {
        double value = wanted.path("log_likelihoods").get(o).asDouble();
        assertThat(options.get(o).path("log_likelihood").asDouble())
            .as("row %s, option %s", i, o)
            .isCloseTo(value, close(value));
        assertThat(options.get(o).path("greedy")).isEqualTo(wanted.path("greedy").get(o));
      }
      for (String score : List.of("acc", "acc_norm")) {
        assertThat(lines.get(i).path("checks").path(score).asBoolean())
            .as("row %s, %s", i, score)
            .isEqualTo(wanted.path(score).asInt() == 1);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void generatedAnswers_areTheHarnesss(String name) throws IOException {
    ObjectNode gsm8k = json("gsm8k");
    fewShot(gsm8k).put("file", "train.jsonl");
    ((ObjectNode) gsm8k.path("decoding")).set("max_new_tokens", expected().path("max_tokens"));
    JsonNode expected = expected().path("models").path(name).path("gsm8k");
    try (LoadedModel model = open(Fixtures.fixture("models/" + name))) {
      List<JsonNode> lines = lines(gsm8k, "test.jsonl", model);
      assertThat(lines).hasSize(expected.size());
      for (int i = 0; i < lines.size(); i++) {
        assertThat(lines.get(i).path("visible").asText())
            .isEqualTo(expected.get(i).path("text").asText());
        for (String extract : List.of("strict-match", "flexible-extract")) {
          assertThat(lines.get(i).path("extracted").path(extract))
              .isEqualTo(expected.get(i).path(extract));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("models")
  void texts_haveTheHarnesssLikelihoods(String name) throws IOException {
    ObjectNode perplexity = json("instructions-perplexity");
    prompts(perplexity).put("format", "text");
    JsonNode expected = expected().path("models").path(name).path("texts");
    try (LoadedModel model = open(Fixtures.fixture("models/" + name))) {
      List<JsonNode> lines = lines(perplexity, "texts.jsonl", model);
      assertThat(lines).hasSize(expected.path("log_likelihoods").size());
      for (int i = 0; i < lines.size(); i++) {
        double value = expected.path("log_likelihoods").get(i).asDouble();
        assertThat(lines.get(i).path("log_likelihood").asDouble()).isCloseTo(value, close(value));
        assertThat(lines.get(i).path("words")).isEqualTo(expected.path("words").get(i));
        assertThat(lines.get(i).path("bytes")).isEqualTo(expected.path("bytes").get(i));
      }
    }
  }

  @Test
  void answersInTexts_areFoundAndComparedLikeTheHarnesss() throws IOException {
    Benchmark gsm8k = HarnessBenchmarks.shipped("gsm8k");
    ExactMatch match = new ExactMatch(gsm8k.completion());
    for (JsonNode each : expected().path("matches")) {
      for (Extract extract : gsm8k.completion().extract()) {
        JsonNode wanted = each.path(extract.name());
        String answer = ExactMatch.answer(extract, each.path("text").asText());
        assertThat(answer).as(each.toString()).isEqualTo(wanted.path("answer").asText());
        assertThat(match.isRight(answer, each.path("target").asText()))
            .as(each.toString())
            .isEqualTo(wanted.path("right").asInt() == 1);
      }
    }
  }

  @Test
  void examples_areDrawnLikePythons() {
    FewShotDraws draws = new FewShotDraws();
    for (JsonNode each : expected().path("draws")) {
      assertThat(draws.draw(each.path("size").asInt(), each.path("count").asInt()))
          .as(each.toString())
          .containsExactlyElementsOf(
              Arrays.stream(Fixtures.ids(each.path("drawn"))).boxed().toList());
    }
  }
}

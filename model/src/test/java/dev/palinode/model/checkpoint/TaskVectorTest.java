package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskVectorTest {
  @TempDir Path folder;

  private Path model(String name, Map<String, Tensor> weights) throws IOException {
    Path model = folder.resolve(name);
    SafetensorsWriter.write(model.resolve("model.safetensors"), weights);
    return model;
  }

  private static void subtract(Path base, Path tuned, double coefficient, boolean relu, Path out)
      throws IOException {
    new TaskVector(base, tuned).subtract(coefficient, relu, out, (weight, done) -> {});
  }

  @ParameterizedTest
  @ValueSource(strings = {"subtract", "subtract_relu"})
  void subtracted_matchesTheReference(String variant) throws IOException {
    Path expected = Fixtures.fixture("task_vector/expected.safetensors");
    JsonNode json = Fixtures.json(Fixtures.fixture("task_vector/expected.json"));
    Path base = Fixtures.fixture(json.path("base").asText());
    Path tuned = Fixtures.fixture(json.path("tuned").asText());

    subtract(base, tuned, json.path("scale").asDouble(), variant.endsWith("relu"), folder);

    try (TensorScope scope = TensorScope.open();
        SafetensorsFile tensors = SafetensorsFile.open(expected);
        Transformer network = Checkpoint.open(folder).load()) {
      assertSums(network, json.path("resulting_parameters").path(variant));
      for (JsonNode sequence : json.path("variants").path(variant)) {
        long[] ids =
            Arrays.stream(Fixtures.ids(sequence.path("input_ids"))).asLongStream().toArray();
        Tensor logits = network.logits(network.hiddenStates(Tensors.of(ids, 1, ids.length)));
        assertThat(logits.toFloats())
            .containsExactly(
                tensors.read(sequence.path("logits").asText()).toFloats(), within(2e-4f));
        assertThat(greedy(network, sequence)).isEqualTo(Fixtures.ids(sequence.path("greedy_ids")));
      }
    }
    for (String name : List.of("config.json", "generation_config.json", "tokenizer.json")) {
      assertThat(folder.resolve(name)).hasSameBinaryContentAs(base.resolve(name));
    }
  }

  private static void assertSums(Transformer network, JsonNode expected) {
    assertThat(expected.size()).isEqualTo(network.parameters().size());
    network
        .parameters()
        .forEach(
            (name, tensor) -> {
              double tolerance = 1e-6 * expected.path(name).path("abs_sum").asDouble();
              assertThat(tensor.sum().item())
                  .as(name)
                  .isCloseTo(expected.path(name).path("sum").asDouble(), within(tolerance));
              assertThat(tensor.abs().sum().item())
                  .as(name)
                  .isCloseTo(expected.path(name).path("abs_sum").asDouble(), within(tolerance));
            });
  }

  private static int[] greedy(Transformer network, JsonNode sequence) {
    GenerationRequest request =
        GenerationRequest.builder(Fixtures.ids(sequence.path("input_ids")))
            .maxNewTokens(sequence.path("greedy_ids").size())
            .build();
    return ((Finished) new Decoder(new TransformerLm(network), 1).generate(List.of(request)).get(0))
        .transcript()
        .raw();
  }

  @Test
  void result_hasTheBasesTypes_andNegativeCoefficientsAdd() throws IOException {
    List<String> told = new ArrayList<>();
    try (TensorScope scope = TensorScope.open()) {
      Tensor counts = Tensors.of(new long[] {5, 6}, 2);
      Path base =
          model(
              "base",
              Map.of("w", Tensors.of(new float[] {1, 2, 3}, 3).to(DType.BF16), "n", counts));
      Path tuned =
          model("tuned", Map.of("w", Tensors.of(new float[] {2, 2, 1}, 3), "n", counts.times(2)));
      Path out = folder.resolve("out");

      new TaskVector(base, tuned).subtract(-2, false, out, (weight, done) -> told.add(weight));

      try (SafetensorsFile file = SafetensorsFile.open(out.resolve("model.safetensors"))) {
        assertThat(file.dtype("w")).isEqualTo(DType.BF16);
        assertThat(file.read("w").toFloats()).containsExactly(3, 2, -1);
        assertThat(file.read("n").toLongs()).containsExactly(5, 6);
      }
      assertThat(told).containsExactlyInAnyOrder("w", "n");
    }
  }

  /** More than one piece at a time, in rows that pieces cut through. */
  @Test
  void largeWeight_isComputedInPieces() throws IOException {
    int columns = 200_003;
    try (TensorScope scope = TensorScope.open()) {
      Tensor before = Tensors.range(20L * columns, DType.F32, Device.CPU).reshape(20, columns);
      Path base = model("base", Map.of("w", Tensors.zeros(DType.F16, 20, columns)));
      Path tuned = model("tuned", Map.of("w", before.times(1e-3)));
      Path out = folder.resolve("out");

      subtract(base, tuned, 1, false, out);

      try (SafetensorsFile file = SafetensorsFile.open(out.resolve("model.safetensors"))) {
        Tensor expected = before.times(-1e-3).to(DType.F16);
        assertThat(file.read("w").minus(expected).abs().max().item()).isZero();
      }
    }
  }

  @Test
  void modelsThatDoNotFit_areToldApart() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path base =
          model(
              "base",
              Map.of(
                  "embed", Tensors.zeros(DType.F32, 10, 4),
                  "norm", Tensors.zeros(DType.F32, 4),
                  "old", Tensors.zeros(DType.F32, 1)));
      Path tuned =
          model(
              "tuned",
              Map.of(
                  "embed", Tensors.zeros(DType.F32, 11, 4),
                  "norm", Tensors.zeros(DType.F32, 4),
                  "new", Tensors.zeros(DType.F32, 1)));
      Path out = folder.resolve("out");

      assertThatThrownBy(() -> subtract(base, tuned, 0.5, false, out))
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(
              base.toString(),
              tuned.toString(),
              "\"old\" is in the base only",
              "\"new\" is in the tuned model only",
              "\"embed\" is [10, 4] in the base, [11, 4] in the tuned model",
              "The tuned model has 1 token(s) more",
              "supervision=plain");
      assertThat(Files.exists(out)).isFalse();
    }
  }

  @Test
  void inputsAreNotOverwritten_andCoefficientsAreFinite() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      Path base = model("base", Map.of("w", Tensors.zeros(DType.F32, 1)));
      Path tuned = model("tuned", Map.of("w", Tensors.zeros(DType.F32, 1)));

      for (Path input : List.of(base, tuned)) {
        assertThatThrownBy(
                () -> subtract(base, tuned, 1, false, input.resolve("../" + input.getFileName())))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("name another folder");
      }
      assertThatThrownBy(
              () -> subtract(base, tuned, Double.POSITIVE_INFINITY, false, folder.resolve("out")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("coefficient is Infinity");
    }
  }
}

package dev.palinode.model.lora;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdapterSummaryTest {
  private static final String LAYER = "base_model.model.model.layers.0.self_attn.q_proj";

  @TempDir Path folder;

  private void save(LoraSettings settings) throws IOException {
    ModelConfig config = ModelConfig.llama(10, 8, 16, 1, 2, 1, 32);
    try (Transformer base = Transformer.initialise(config, 1);
        LoraAdapter adapter = LoraAdapter.create(base, settings, 1)) {
      PeftFolder.save(adapter, "some/base", folder);
    }
  }

  @Test
  void adapterOfPeft_isTold() throws IOException {
    AdapterSummary summary = AdapterSummary.of(Fixtures.fixture("lora/adapter"));
    JsonNode expected = Fixtures.json(Fixtures.fixture("lora/expected.json"));
    // the matrices A and B of each adapted layer
    int matrices = expected.path("sft_on_objectives_batch").path("grad_norm").size();

    assertThat(summary.problems()).isEmpty();
    assertThat(summary.baseModel()).hasValue(expected.path("base_model").asText());
    assertThat(summary.layers()).isEqualTo(matrices / 2);
    assertThat(summary.ranks()).containsExactly(expected.path("r").asLong());
    assertThat(summary.parameters()).isEqualTo(parameters(Fixtures.fixture("lora/adapter")));
    assertThat(summary.types()).containsExactly(DType.F32);
  }

  private static long parameters(Path adapter) throws IOException {
    long sum = 0;
    try (SafetensorsFile file = SafetensorsFile.open(adapter.resolve(PeftFolder.WEIGHTS))) {
      for (String name : file.names()) {
        sum += LongStream.of(file.shape(name)).reduce(1, Math::multiplyExact);
      }
    }
    return sum;
  }

  @Test
  void tokenRows_areCounted() throws IOException {
    save(
        new LoraSettings(
            2, 4, false, List.of("q_proj"), Map.of(LoraSettings.EMBEDDING, List.of(3, 9)), 0));

    AdapterSummary summary = AdapterSummary.of(folder);

    assertThat(summary.problems()).isEmpty();
    assertThat(summary.baseModel()).hasValue("some/base");
    assertThat(summary.layers()).isEqualTo(1);
    assertThat(summary.parameters()).isEqualTo(2 * 8 + 8 * 2 + 2 * 8);
  }

  @Test
  void weightsThatDoNotFitTheConfiguration_areProblems() throws IOException {
    save(
        new LoraSettings(
            2, 4, false, List.of("q_proj"), Map.of(LoraSettings.EMBEDDING, List.of(3, 9)), 0));
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> weights = new LinkedHashMap<>();
      weights.put(LAYER + ".lora_A.weight", Tensors.zeros(DType.F32, 2, 8));
      weights.put(LAYER + ".lora_B.weight", Tensors.zeros(DType.F32, 8, 3));
      weights.put("single.lora_A.weight", Tensors.zeros(DType.F32, 2, 8));
      weights.put("surprise", Tensors.zeros(DType.F32, 1));
      SafetensorsWriter.write(folder.resolve(PeftFolder.WEIGHTS), weights);
    }

    assertThat(AdapterSummary.of(folder).problems())
        .singleElement()
        .asString()
        .contains("is [2, 8], but " + LAYER + ".lora_B.weight is [8, 3]")
        .contains("\"single.lora_A.weight\" has no lora_B.weight beside it")
        .contains("model.embed_tokens.token_adapter.trainable_tokens_delta is missing")
        .contains("\"surprise\" is left over");
  }

  @Test
  void missingWeights_areAProblem() throws IOException {
    save(new LoraSettings(2, 4, false, List.of("q_proj"), Map.of(), 0));
    Files.delete(folder.resolve(PeftFolder.WEIGHTS));

    assertThat(AdapterSummary.of(folder).problems())
        .containsExactly(folder + " has no adapter_model.safetensors");
  }
}

package dev.palinode.model.lora;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An adapter that PEFT wrote, against PEFT's own numbers. */
class LoraFixturesTest {
  private static final float LOGIT_TOLERANCE = 2e-4f;

  @TempDir Path folder;

  private static JsonNode expected() {
    return Fixtures.json(Fixtures.fixture("lora/expected.json"));
  }

  private static Checkpoint base() throws IOException {
    return Checkpoint.open(Fixtures.fixture(expected().path("base_model").asText()));
  }

  private static PeftFolder adapter() throws IOException {
    return PeftFolder.open(Fixtures.fixture("lora/adapter"));
  }

  @Test
  void settings_areThoseOfTheFile() throws IOException {
    LoraSettings settings = adapter().settings();

    assertThat(settings.rank()).isEqualTo(expected().path("r").intValue());
    assertThat(settings.scaling()).isEqualTo(expected().path("scaling").doubleValue());
  }

  @Test
  void switchedOnAndOff_logitsAreThoseOfAdapterAndBase() throws IOException {
    try (Transformer model = base().load();
        LoraAdapter adapter = adapter().load(model)) {
      assertLogits(model, "base_logits");
      model.useAdapters(List.of(adapter));
      assertLogits(model, "adapter_logits");
      model.useAdapters(List.of());
      assertLogits(model, "base_logits");
    }
  }

  @Test
  void onAModelOpenedForInference_logitsAndGenerationsAreTheSame() throws IOException {
    try (Transformer model = base().load(LoadOptions.DEFAULT.withWeights(WeightType.F32));
        LoraAdapter adapter = adapter().load(model)) {
      model.useAdapters(List.of(adapter));
      assertLogits(model, "adapter_logits");
      for (JsonNode sequence : expected().path("sequences")) {
        int[] greedy = Fixtures.ids(sequence.path("greedy_ids"));
        Finished end =
            (Finished)
                new Decoder(new TransformerLm(model), 1)
                    .generate(
                        List.of(
                            GenerationRequest.builder(Fixtures.ids(sequence.path("input_ids")))
                                .maxNewTokens(greedy.length)
                                .build()))
                    .get(0);
        assertThat(end.transcript().raw()).isEqualTo(greedy);
      }
    }
  }

  @Test
  void merged_weightsAndLogitsAreThoseOfPeft_alsoAfterSaving() throws IOException {
    Checkpoint checkpoint = base();
    try (Transformer model = checkpoint.load();
        LoraAdapter adapter = adapter().load(model)) {
      adapter.mergeInto(model);
      assertLogits(model, "merged_logits");
      assertMergedWeights(model);
      checkpoint.save(model, folder);
    }
    try (Transformer reopened =
        Checkpoint.open(folder).load(LoadOptions.DEFAULT.withWeights(WeightType.F32))) {
      assertLogits(reopened, "merged_logits");
    }
  }

  @Test
  void writtenAndRead_isTheSameAdapter() throws IOException {
    try (Transformer model = base().load();
        LoraAdapter adapter = adapter().load(model)) {
      PeftFolder.save(adapter, "models/llama", folder);
      try (LoraAdapter again = PeftFolder.open(folder).load(model)) {
        assertThat(again.settings()).isEqualTo(adapter.settings());
        model.useAdapters(List.of(again));
        assertLogits(model, "adapter_logits");
      }
    }
  }

  private static void assertMergedWeights(Transformer model) throws IOException {
    Map<String, Tensor> weights = model.parameters();
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile tensors =
            SafetensorsFile.open(Fixtures.fixture("lora/expected.safetensors"))) {
      for (Map.Entry<String, JsonNode> stored :
          expected().path("merged_tensors_stored").properties()) {
        assertThat(weights.get(stored.getKey()).toFloats())
            .containsExactly(
                tensors.read(stored.getValue().asText()).toFloats(), within(LOGIT_TOLERANCE));
      }
      for (Map.Entry<String, JsonNode> sum :
          expected().path("merged_parameter_sums").properties()) {
        assertThat(weights.get(sum.getKey()).sum().item())
            .as(sum.getKey())
            .isCloseTo(sum.getValue().doubleValue(), within(1e-3));
      }
    }
  }

  private static void assertLogits(Transformer model, String field) throws IOException {
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile tensors =
            SafetensorsFile.open(Fixtures.fixture("lora/expected.safetensors"))) {
      for (JsonNode sequence : expected().path("sequences")) {
        long[] ids =
            Arrays.stream(Fixtures.ids(sequence.path("input_ids"))).asLongStream().toArray();
        Tensor logits = model.logits(model.hiddenStates(Tensors.of(ids, 1, ids.length)));
        assertThat(logits.toFloats())
            .containsExactly(
                tensors.read(sequence.path(field).asText()).toFloats(), within(LOGIT_TOLERANCE));
      }
    }
  }
}

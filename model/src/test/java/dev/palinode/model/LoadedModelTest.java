package dev.palinode.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.testkit.Fixtures;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model with adapters, put together from their folders. */
class LoadedModelTest {
  private static final float LOGIT_TOLERANCE = 2e-4f;

  @TempDir Path folder;

  private static Path base() {
    return Fixtures.fixture("models/llama");
  }

  private static Path adapter() {
    return Fixtures.fixture("lora/adapter");
  }

  /** A copy of the adapter, with the base's tokenizer in which one token is renamed. */
  private Path adapterWithTokenizer() throws IOException {
    Path copy = folder.resolve("adapter");
    TokenizerFiles.copy(base(), copy);
    for (String name : List.of("adapter_config.json", "adapter_model.safetensors")) {
      Files.copy(adapter().resolve(name), copy.resolve(name));
    }
    Path tokenizer = copy.resolve("tokenizer.json");
    Files.writeString(tokenizer, Files.readString(tokenizer).replace("<|eot_id|>", "<|the_end|>"));
    Path config = copy.resolve("tokenizer_config.json");
    Files.writeString(config, Files.readString(config).replace("<|eot_id|>", "<|the_end|>"));
    Files.deleteIfExists(copy.resolve("special_tokens_map.json"));
    Files.deleteIfExists(copy.resolve(TokenizerFiles.GENERATION_CONFIG));
    return copy;
  }

  private static void assertLogits(LoadedModel model, String field) throws IOException {
    JsonNode expected = Fixtures.json(Fixtures.fixture("lora/expected.json"));
    try (TensorScope scope = TensorScope.open();
        SafetensorsFile tensors =
            SafetensorsFile.open(Fixtures.fixture("lora/expected.safetensors"))) {
      for (JsonNode sequence : expected.path("sequences")) {
        long[] ids =
            Arrays.stream(Fixtures.ids(sequence.path("input_ids"))).asLongStream().toArray();
        assertThat(
                model
                    .network()
                    .logits(model.network().hiddenStates(Tensors.of(ids, 1, ids.length)))
                    .toFloats())
            .containsExactly(
                tensors.read(sequence.path(field).asText()).toFloats(), within(LOGIT_TOLERANCE));
      }
    }
  }

  @Test
  void adapters_areSwitchedOn_andCanBeSwitchedOff() throws IOException {
    try (LoadedModel model = LoadedModel.open(base(), LoadOptions.DEFAULT, List.of(adapter()))) {
      assertLogits(model, "adapter_logits");
      model.network().useAdapters(List.of());
      assertLogits(model, "base_logits");
    }
  }

  @Test
  void isInTheFormForInference() throws IOException {
    LoadOptions options = LoadOptions.DEFAULT.withWeights(WeightType.INT8);
    try (LoadedModel model = LoadedModel.open(base(), options, List.of())) {
      assertThat(model.network().computeType()).isEqualTo(WeightType.INT8.computeType(Device.CPU));
      assertThatThrownBy(() -> model.network().parameters())
          .isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void tokenizerOfAnAdapter_countsMoreThanThatOfTheBase_withItsTemplate() throws IOException {
    Path withTokenizer = adapterWithTokenizer();
    try (LoadedModel plain = LoadedModel.open(base());
        LoadedModel model = LoadedModel.open(base(), LoadOptions.DEFAULT, List.of(withTokenizer))) {
      int end = plain.tokenizer().idOf("<|eot_id|>").orElseThrow();
      assertThat(model.tokenizer().idOf("<|the_end|>")).hasValue(end);
      assertThat(model.tokenizer().idOf("<|eot_id|>")).isEmpty();
      assertThat(model.chatFormat().answer("Yes")).endsWith(end);
      assertThat(model.endOfTextIds())
          .as("what the base's generation_config.json says counts, too")
          .containsAll(plain.endOfTextIds());
      assertThat(model.chatFormat().endOfTurnIds()).containsAll(plain.endOfTextIds());
    }
  }

  @Test
  void whatDoesNotFit_isToldBeforeWeightsAreRead() throws IOException {
    Path base = base();
    Path adapter = adapter();
    assertThatThrownBy(() -> LoadedModel.open(base, LoadOptions.DEFAULT, List.of(adapter, adapter)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("given twice");
    assertThatThrownBy(() -> LoadedModel.open(base, LoadOptions.DEFAULT, List.of(folder)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder + " is no PEFT adapter");
    Path larger = adapterWithTokenizer();
    TokenizerFiles.copyWithSpecialToken(larger, larger, LoadedModel.RESET + "s");
    int tokens = Fixtures.vocabSize();
    assertThatThrownBy(() -> LoadedModel.open(base, LoadOptions.DEFAULT, List.of(larger)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(larger + ": the tokenizer has " + (tokens + 1) + " tokens")
        .hasMessageContaining("only " + tokens + " (vocab_size)")
        .hasMessageContaining("the base model that it was trained on");
  }

  @Test
  void contextLength_isChecked() {
    assertThatThrownBy(() -> new LoadOptions(Device.CPU, Optional.empty(), OptionalInt.of(0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("context length 0: expected 1 or more");
  }
}

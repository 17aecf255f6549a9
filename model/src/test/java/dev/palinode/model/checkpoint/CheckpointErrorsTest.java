package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.ParameterNames;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.tensor.safetensors.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckpointErrorsTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(10, 8, 16, 1, 2, 1, 32);

  @TempDir Path folder;

  private void saveModel() throws IOException {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      Checkpoint.create(folder, CONFIG, 0, 1, 2).save(model, folder);
    }
  }

  @Test
  void folderWithoutConfig_isNamed() {
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("config.json");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "\"llama\"               | \"mamba\"    | model_type",
        "\"hidden_size\" : 8     | \"x\" : 8    | hidden_size is missing",
        "\"hidden_size\" : 8     | \"hidden_size\" : -8 | hidden_size is -8",
        "\"num_attention_heads\" : 2 | \"num_attention_heads\" : \"two\" | no whole number",
        "\"silu\"                | \"gelu\"     | hidden_act",
        "\"float32\"             | \"float4\"   | ",
        "{                       | {{           | no valid JSON",
      })
  void badConfig_namesFileAndField(String from, String to, String message) throws IOException {
    saveModel();
    Path file = folder.resolve("config.json");
    String text = Files.readString(file);
    assertThat(text).contains(from.trim());
    Files.writeString(file, text.replace(from.trim(), to.trim()));

    if (message == null) {
      Checkpoint.open(folder); // the type on disk matters only when saving
      return;
    }
    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(message.trim());
  }

  @Test
  void missingMisshapenAndExtraWeights_areNamedTogether() throws IOException {
    saveModel();
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> weights = new LinkedHashMap<>();
      ParameterNames.shapes(CONFIG)
          .forEach((name, shape) -> weights.put(name, Tensors.zeros(DType.F32, shape)));
      weights.remove(ParameterNames.FINAL_NORM);
      weights.put(ParameterNames.EMBEDDING, Tensors.zeros(DType.F32, 9, 8));
      weights.put("model.surprise", Tensors.zeros(DType.F32, 1));
      SafetensorsWriter.write(folder.resolve("model.safetensors"), weights);
    }

    assertThatThrownBy(() -> Checkpoint.open(folder).load())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("model.norm.weight is missing, expected [8]")
        .hasMessageContaining("model.embed_tokens.weight is [9, 8], expected [10, 8]")
        .hasMessageContaining("model.surprise is left over");
  }

  @Test
  void addedToken_growsTheTable_byTheMeanRow() {
    try (Transformer model = Transformer.initialise(CONFIG, 1);
        TensorScope scope = TensorScope.open()) {
      float[] before = model.parameters().get(ParameterNames.EMBEDDING).toFloats();

      model.addToken(10);

      float[] after = model.parameters().get(ParameterNames.EMBEDDING).toFloats();
      assertThat(model.config().vocabSize()).isEqualTo(11);
      assertThat(after).startsWith(before).hasSize(88);
      for (int column = 0; column < 8; column++) {
        double sum = 0;
        for (int row = 0; row < 10; row++) {
          sum += before[row * 8 + column];
        }
        assertThat(after[80 + column]).isCloseTo((float) (sum / 10), within(1e-6f));
      }
      assertThatThrownBy(() -> model.addToken(12)).hasMessageContaining("expected 1 to 11");
    }
  }

  @Test
  void forTrainingOnADevice_thatIsNotThere_isRefused() throws IOException {
    saveModel();
    try (Transformer model = Checkpoint.open(folder).load(Device.CPU)) {
      assertThat(model.device()).isEqualTo(Device.CPU);
      assertThat(model.parameters()).isNotEmpty();
    }
    assertThatThrownBy(() -> Checkpoint.open(folder).load(Device.cuda(99)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cuda:99 is not available");
  }
}

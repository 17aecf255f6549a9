package dev.palinode.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.model.checkpoint.Checkpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Configurations as published models have them, damaged ones, and hostile ones. */
class ConfigJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final String GEMMA =
      """
      {"model_type": "gemma2", "vocab_size": 256000, "hidden_size": 2304,
       "intermediate_size": 9216, "num_hidden_layers": 26, "num_attention_heads": 8,
       "num_key_value_heads": 4, "head_dim": 256, "max_position_embeddings": 8192,
       "rms_norm_eps": 1e-06, "rope_theta": 10000.0, "sliding_window": 4096,
       "query_pre_attn_scalar": 256, "attn_logit_softcapping": 50.0,
       "final_logit_softcapping": 30.0, "hidden_act": "gelu_pytorch_tanh",
       "hidden_activation": "gelu_pytorch_tanh", "torch_dtype": "bfloat16"}
      """;
  private static final String PHI =
      """
      {"model_type": "phi3", "vocab_size": 32064, "hidden_size": 8, "intermediate_size": 16,
       "num_hidden_layers": 2, "num_attention_heads": 2, "max_position_embeddings": 131072,
       "original_max_position_embeddings": 4096, "sliding_window": 262144, "rope_theta": 10000.0,
       "rope_scaling": {"type": "longrope", "long_factor": [1.0, 2.0], "short_factor": [1.0, 1.5]}}
      """;
  private static final String QWEN =
      """
      {"model_type": "qwen2", "vocab_size": 100, "hidden_size": 16, "intermediate_size": 16,
       "num_hidden_layers": 4, "num_attention_heads": 2, "num_key_value_heads": 1,
       "max_position_embeddings": 64, "use_sliding_window": true, "sliding_window": 8,
       "max_window_layers": 3, "tie_word_embeddings": true,
       "rope_parameters": {"rope_theta": 1000000.0, "rope_type": "default"}}
      """;

  @TempDir Path folder;

  private static ModelConfig parse(String json) throws IOException {
    return ConfigJson.parse(JSON.readTree(json));
  }

  @Test
  void gemma2_asPublished() throws IOException {
    ModelConfig config = parse(GEMMA);

    assertThat(config.tiedEmbeddings()).isTrue(); // not stated: Gemma's default
    assertThat(config.attention().windows()).startsWith(4096, 0, 4096, 0);
    assertThat(config.attention().scale()).isEqualTo(1 / 16.0);
    assertThat(config.attention().softcap()).isEqualTo(50);
    assertThat(config.logitSoftcap()).isEqualTo(30);
  }

  @Test
  void phi3WithLongContext_opensWithTheOriginalOne() throws IOException {
    ModelConfig config = parse(PHI);

    assertThat(config.contextLength()).isEqualTo(4096);
    assertThat(config.attention().keyValueHeads()).isEqualTo(2);
    assertThat(config.rotary().scaling().frequencies(10_000, 4, 4096)[1]).isEqualTo(0.01 / 1.5);
    assertThat(config.rotary().scaling().frequencies(10_000, 4, 8192)[1]).isEqualTo(0.01 / 2);
  }

  @Test
  void qwen2_slidesFromTheLayerThatIsNamed() throws IOException {
    ModelConfig config = parse(QWEN);

    assertThat(config.attention().windows()).containsExactly(0, 0, 0, 8);
    assertThat(config.attention().inputBias()).isTrue();
    assertThat(config.attention().outputBias()).isFalse();
    assertThat(config.rotary().base()).isEqualTo(1e6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "model_type | \"mamba\" | expected one of llama, mistral, qwen2, qwen3, gemma2, phi3",
        "hidden_activation | \"gelu\" | hidden_activation is \"gelu\"",
        "num_key_value_heads | 3 | no multiple of num_key_value_heads 3",
        "head_dim | 7 | head_dim 7 is odd",
        "sliding_window | 0 | sliding_window is 0",
        "query_pre_attn_scalar | 0 | scale of the attention scores",
        "num_hidden_layers | 1000000000 | num_hidden_layers is 1000000000",
        "layer_types | [] | layer_types has 0 entries",
        "rope_scaling | {\"type\": \"linear\"} | factor is missing",
        "quantization_config | {\"bits\": 4} | quantization_config",
        "tie_word_embeddings | 1 | tie_word_embeddings is 1",
      })
  void badField_isNamed(String field, String value, String message) throws IOException {
    ObjectNode json = (ObjectNode) JSON.readTree(GEMMA);
    json.set(field.trim(), JSON.readTree(value.trim()));

    assertThatThrownBy(() -> ConfigJson.parse(json))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message.trim());
  }

  /** Nothing that a file holds may do more than be refused with its name. */
  @ParameterizedTest
  @ValueSource(strings = {GEMMA, PHI, QWEN})
  void tenThousandMutations_giveAModelOrAnErrorThatNamesTheFile(String text) throws IOException {
    Random random = new Random(text.length());
    Path file = folder.resolve("config.json");
    int opened = 0;
    for (int i = 0; i < 4_000; i++) {
      byte[] bytes =
          i % 2 == 0
              ? bytesMutated(text.getBytes(StandardCharsets.UTF_8), random)
              : JSON.writeValueAsBytes(valuesMutated(JSON.readTree(text), random));
      Files.write(file, bytes);
      try {
        ModelConfig config = Checkpoint.open(folder).config();
        opened++;
        assertThat(config.attention().windows()).hasSize(config.layers());
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("config.json");
      }
    }
    assertThat(opened).isBetween(1, 3_999);
  }

  private static byte[] bytesMutated(byte[] original, Random random) {
    List<Byte> bytes = new ArrayList<>();
    for (byte each : original) {
      bytes.add(each);
    }
    for (int n = random.nextInt(4); n >= 0; n--) {
      int at = random.nextInt(bytes.size());
      switch (random.nextInt(4)) {
        case 0 -> bytes.set(at, (byte) random.nextInt(256));
        case 1 -> bytes.remove(at);
        case 2 -> bytes.add(at, (byte) "0123456789-.eE{}[]\",:".charAt(random.nextInt(21)));
        default -> bytes.subList(at, Math.min(bytes.size(), at + random.nextInt(40))).clear();
      }
      if (bytes.isEmpty()) {
        break;
      }
    }
    byte[] mutated = new byte[bytes.size()];
    for (int i = 0; i < mutated.length; i++) {
      mutated[i] = bytes.get(i);
    }
    return mutated;
  }

  private static JsonNode valuesMutated(JsonNode json, Random random) throws IOException {
    ObjectNode object = json.deepCopy();
    List<String> fields = new ArrayList<>();
    object.fieldNames().forEachRemaining(fields::add);
    for (int n = random.nextInt(3); n >= 0; n--) {
      String field = fields.get(random.nextInt(fields.size()));
      String[] values = {
        "null",
        "-1",
        "0",
        "1",
        "3",
        "2147483647",
        "2147483648",
        "1e308",
        "-1e308",
        "1e400",
        "99999999999999999999999",
        "0.5",
        "true",
        "\"x\"",
        "[]",
        "{}",
        "[1, null, \"a\"]",
        "{\"type\": \"longrope\"}",
        "{\"rope_type\": \"yarn\", \"factor\": 1e300}",
        "{\"rope_type\": \"llama3\", \"factor\": 0}",
        "\"NaN\"",
        "[[[[[[]]]]]]"
      };
      JsonNode value = JSON.readTree(values[random.nextInt(values.length)]);
      if (random.nextInt(5) == 0) {
        object.remove(field);
      } else if (random.nextInt(5) == 0 && object.get(field) instanceof ArrayNode array) {
        array.add(value);
      } else {
        object.set(field, value);
      }
    }
    return object;
  }

  @Test
  void deepNesting_isRefused() throws IOException {
    Files.writeString(folder.resolve("config.json"), "[".repeat(100_000));

    assertThatThrownBy(() -> Checkpoint.open(folder))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("config.json");
  }
}

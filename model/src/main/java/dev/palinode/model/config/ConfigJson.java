package dev.palinode.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.tensor.DType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Reads {@code config.json}, in the form of transformers 5 ({@code rope_parameters}, {@code dtype},
 * {@code layer_types}) and in that of most published checkpoints ({@code rope_theta}, {@code
 * rope_scaling}, {@code torch_dtype}). A missing field has transformers' default for that
 * architecture.
 */
public final class ConfigJson {
  /** More blocks than any model has: a hostile file must not exhaust memory. */
  private static final int MOST_LAYERS = 10_000;

  private final JsonNode json;
  private final Architecture architecture;

  private ConfigJson(JsonNode json, Architecture architecture) {
    this.json = json;
    this.architecture = architecture;
  }

  /**
   * The configuration in the JSON.
   *
   * @throws IllegalArgumentException if a field is missing, unknown to this implementation or out
   *     of range; the message names it
   */
  public static ModelConfig parse(JsonNode json) {
    String type = json.path("model_type").asText("");
    Architecture architecture =
        Architecture.ofModelType(type)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "model_type is \""
                            + type
                            + "\": expected one of "
                            + Arrays.stream(Architecture.values())
                                .map(Architecture::modelType)
                                .collect(Collectors.joining(", "))));
    if (json.hasNonNull("quantization_config")) {
      throw new IllegalArgumentException(
          "quantization_config is set: expected a checkpoint with float32, bfloat16 or float16"
              + " weights (8-bit weights are made when it is opened)");
    }
    return new ConfigJson(json, architecture).config();
  }

  private ModelConfig config() {
    requireActivation();
    int layers = integer(json, "num_hidden_layers");
    if (layers > MOST_LAYERS) {
      throw new IllegalArgumentException(
          "num_hidden_layers is " + layers + ": expected at most " + MOST_LAYERS);
    }
    RotaryConfig rotary = RopeJson.parse(json);
    boolean gemma = architecture == Architecture.GEMMA2;
    return new ModelConfig(
        architecture,
        integer(json, "vocab_size"),
        integer(json, "hidden_size"),
        integer(json, "intermediate_size"),
        layers,
        contextLength(rotary),
        numberOr("rms_norm_eps", architecture == Architecture.PHI3 ? 1e-5 : 1e-6),
        flagOr("tie_word_embeddings", gemma),
        flagOr("mlp_bias", false),
        gemma ? cap("final_logit_softcapping", 30) : 0,
        attention(layers),
        rotary);
  }

  /**
   * The default context length. With LongRoPE it is the original context, for which the short
   * factors are, as in transformers for sequences that fit in it; a longer one is chosen when the
   * weights are loaded.
   */
  private int contextLength(RotaryConfig rotary) {
    int longest = integer(json, "max_position_embeddings");
    return rotary.scaling() instanceof RopeScaling.LongRope scaling
        ? Math.min(longest, scaling.originalContext())
        : longest;
  }

  private AttentionConfig attention(int layers) {
    int heads = integer(json, "num_attention_heads");
    ModelConfig.positive("num_attention_heads", heads);
    boolean gemma = architecture == Architecture.GEMMA2;
    boolean optionalKeyHeads =
        architecture == Architecture.LLAMA || architecture == Architecture.PHI3;
    int headDim =
        json.hasNonNull("head_dim") || gemma || architecture == Architecture.QWEN3
            ? integer(json, "head_dim")
            : integer(json, "hidden_size") / heads;
    double scaledBy = gemma ? numberOr("query_pre_attn_scalar", 256) : headDim;
    boolean bias = flagOr("attention_bias", false);
    return new AttentionConfig(
        heads,
        optionalKeyHeads && !json.hasNonNull("num_key_value_heads")
            ? heads
            : integer(json, "num_key_value_heads"),
        headDim,
        1 / Math.sqrt(scaledBy),
        gemma ? cap("attn_logit_softcapping", 50) : 0,
        bias || architecture == Architecture.QWEN2,
        bias,
        windows(layers));
  }

  /** Width of the sliding window of each layer, 0 for none. */
  private List<Integer> windows(int layers) {
    int window = window();
    JsonNode types = json.path("layer_types");
    List<Integer> windows = new ArrayList<>(Collections.nCopies(Math.max(0, layers), 0));
    if (types.isArray() && types.size() != layers) {
      throw new IllegalArgumentException(
          "layer_types has " + types.size() + " entries: expected num_hidden_layers, " + layers);
    }
    for (int layer = 0; layer < layers; layer++) {
      String type =
          types.path(layer).asText(slides(layer) ? "sliding_attention" : "full_attention");
      if (type.equals("sliding_attention")) {
        windows.set(layer, window);
      } else if (!type.equals("full_attention")) {
        throw new IllegalArgumentException(
            "layer_types has \"" + type + "\": expected full_attention or sliding_attention");
      }
    }
    return windows;
  }

  private boolean slides(int layer) {
    return switch (architecture) {
      case LLAMA -> false;
      case MISTRAL, PHI3 -> true;
      case GEMMA2 -> layer % 2 == 0;
      case QWEN2, QWEN3 ->
          layer >= (json.hasNonNull("max_window_layers") ? integer(json, "max_window_layers") : 28);
    };
  }

  /** The width of the sliding window, 0 for none. */
  private int window() {
    boolean qwen = architecture == Architecture.QWEN2 || architecture == Architecture.QWEN3;
    if (architecture == Architecture.LLAMA || (qwen && !flagOr("use_sliding_window", false))) {
      return 0;
    }
    if (!json.has("sliding_window")) {
      return architecture == Architecture.PHI3 ? 0 : 4096;
    }
    if (json.get("sliding_window").isNull()) {
      return 0;
    }
    int window = integer(json, "sliding_window");
    ModelConfig.positive("sliding_window", window);
    return window;
  }

  private void requireActivation() {
    String expected = architecture.gatesWithGelu() ? "gelu_pytorch_tanh" : "silu";
    String field = json.hasNonNull("hidden_activation") ? "hidden_activation" : "hidden_act";
    String found = json.path(field).asText(expected);
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          field
              + " is \""
              + found
              + "\": expected \""
              + expected
              + "\" for "
              + architecture.modelType());
    }
  }

  /** The element type of the weights on disk; F32 if the file has none. */
  public static DType dtype(JsonNode json) {
    String name = json.path("dtype").asText(json.path("torch_dtype").asText("float32"));
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "bfloat16" -> DType.BF16;
      case "float16" -> DType.F16;
      case "float32" -> DType.F32;
      default ->
          throw new IllegalArgumentException(
              "dtype is \"" + name + "\": expected float32, bfloat16 or float16");
    };
  }

  /**
   * A complete {@code config.json} of a new Llama model with float32 weights.
   *
   * @throws IllegalArgumentException if the model is not a plain Llama
   */
  public static ObjectNode write(ModelConfig config, int bosId, int eosId, int padId) {
    AttentionConfig attention = config.attention();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putArray("architectures").add(config.architecture().className());
    json.put("model_type", config.architecture().modelType());
    json.put("vocab_size", config.vocabSize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", attention.heads());
    json.put("num_key_value_heads", attention.keyValueHeads());
    json.put("head_dim", attention.headDim());
    json.put("max_position_embeddings", config.contextLength());
    json.put("rms_norm_eps", config.normEpsilon());
    json.put("rope_theta", config.rotary().base());
    json.put("hidden_act", "silu");
    json.put("attention_bias", false);
    json.put("mlp_bias", false);
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("bos_token_id", bosId);
    json.put("eos_token_id", eosId);
    json.put("pad_token_id", padId);
    json.put("torch_dtype", "float32");
    if (config.architecture() != Architecture.LLAMA || !parse(json).equals(config)) {
      throw new IllegalArgumentException(
          "a new model can only be written in Llama's plainest form, not as " + config);
    }
    return json;
  }

  private boolean flagOr(String field, boolean otherwise) {
    if (!json.hasNonNull(field)) {
      return otherwise;
    }
    if (!json.get(field).isBoolean()) {
      throw new IllegalArgumentException(
          field + " is " + json.get(field) + ": expected true or false");
    }
    return json.get(field).booleanValue();
  }

  private double numberOr(String field, double otherwise) {
    return json.hasNonNull(field) ? number(json, field) : otherwise;
  }

  /** A soft cap: the default where the field is missing, none where it is null. */
  private double cap(String field, double otherwise) {
    if (json.has(field) && json.get(field).isNull()) {
      return 0;
    }
    return numberOr(field, otherwise);
  }

  public static int integer(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(
          field + (value.isMissingNode() ? " is missing" : " is " + value + ", no whole number"));
    }
    return value.intValue();
  }

  static double number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          field + (value.isMissingNode() ? " is missing" : " is " + value + ", no number"));
    }
    return value.doubleValue();
  }
}

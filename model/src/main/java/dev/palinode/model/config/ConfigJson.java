package dev.palinode.model.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.tensor.DType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.commons.lang3.Validate;

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

  /** The configuration in the JSON; messages of exceptions name the field. */
  public static ModelConfig parse(JsonNode json) {
    Architecture architecture = Architecture.of(json.path("model_type").asText(""));
    Validate.isTrue(
        !json.hasNonNull("quantization_config"),
        "quantization_config is set: expected a checkpoint with float32, bfloat16 or float16"
            + " weights (8-bit weights are made when it is opened)");
    return new ConfigJson(json, architecture).config();
  }

  private ModelConfig config() {
    requireActivation();
    int layers = integer(json, "num_hidden_layers");
    Validate.isTrue(
        layers <= MOST_LAYERS, "num_hidden_layers is %s: expected at most %s", layers, MOST_LAYERS);
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
    List<Integer> windows = new ArrayList<>();
    Validate.isTrue(
        !types.isArray() || types.size() == layers,
        "layer_types has %s entries: expected num_hidden_layers, %s",
        types.size(),
        layers);
    for (int layer = 0; layer < layers; layer++) {
      String type =
          types.path(layer).asText(slides(layer) ? "sliding_attention" : "full_attention");
      boolean sliding = type.equals("sliding_attention");
      Validate.isTrue(
          sliding || type.equals("full_attention"),
          "layer_types has \"%s\": expected full_attention or sliding_attention",
          type);
      windows.add(sliding ? window : 0);
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
    } else if (json.path("sliding_window").isNull()) {
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
    Validate.isTrue(
        found.equals(expected),
        "%s is \"%s\": expected \"%s\" for %s",
        field,
        found,
        expected,
        architecture.modelType());
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

  /** A complete {@code config.json} of a new, plain Llama model with float32 weights. */
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
    Validate.isTrue(
        config.architecture() == Architecture.LLAMA && parse(json).equals(config),
        "a new model can only be written in Llama's plainest form, not as %s",
        config);
    return json;
  }

  private boolean flagOr(String field, boolean otherwise) {
    if (!json.hasNonNull(field)) {
      return otherwise;
    }
    JsonNode value = json.get(field);
    Validate.isTrue(value.isBoolean(), "%s is %s: expected true or false", field, value);
    return value.booleanValue();
  }

  private double numberOr(String field, double otherwise) {
    return json.hasNonNull(field) ? number(json, field) : otherwise;
  }

  /** A soft cap: the default where the field is missing, none where it is null. */
  private double cap(String field, double otherwise) {
    return json.path(field).isNull() ? 0 : numberOr(field, otherwise);
  }

  public static int integer(JsonNode json, String field) {
    JsonNode value = json.path(field);
    Validate.isTrue(!value.isMissingNode(), "%s is missing", field);
    Validate.isTrue(
        value.isIntegralNumber() && value.canConvertToInt(),
        "%s is %s, no whole number",
        field,
        value);
    return value.intValue();
  }

  static double number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    Validate.isTrue(!value.isMissingNode(), "%s is missing", field);
    Validate.isTrue(value.isNumber(), "%s is %s, no number", field, value);
    return value.doubleValue();
  }
}

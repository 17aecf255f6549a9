package dev.palinode.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.tensor.DType;
import java.util.Locale;

/**
 * Reads {@code config.json}, in the form of transformers 5 ({@code rope_parameters}, {@code dtype})
 * and in that of most published checkpoints ({@code rope_theta}, {@code rope_scaling}, {@code
 * torch_dtype}), and writes one that both understand.
 */
final class ConfigJson {
  private ConfigJson() {}

  /**
   * The configuration that the JSON states.
   *
   * @throws IllegalArgumentException if a field is missing, unknown to this implementation or out
   *     of range; the message names it
   */
  static ModelConfig parse(JsonNode json) {
    String type = json.path("model_type").asText("");
    if (!type.equals("llama")) {
      throw new IllegalArgumentException(
          "model_type is \"" + type + "\": only \"llama\" is supported");
    }
    requireDefault(json, "hidden_act", "silu");
    requireDefault(json, "attention_bias", "false");
    requireDefault(json, "mlp_bias", "false");
    int hidden = integer(json, "hidden_size");
    int heads = integer(json, "num_attention_heads");
    JsonNode rope = json.path("rope_parameters");
    return new ModelConfig(
        integer(json, "vocab_size"),
        hidden,
        integer(json, "intermediate_size"),
        integer(json, "num_hidden_layers"),
        heads,
        json.hasNonNull("num_key_value_heads") ? integer(json, "num_key_value_heads") : heads,
        json.hasNonNull("head_dim") ? integer(json, "head_dim") : hidden / Math.max(1, heads),
        integer(json, "max_position_embeddings"),
        json.path("rms_norm_eps").asDouble(1e-6),
        rope.path("rope_theta").asDouble(json.path("rope_theta").asDouble(10_000)),
        ropeScaling(rope.isObject() ? rope : json.path("rope_scaling")),
        json.path("tie_word_embeddings").asBoolean(false));
  }

  /** The element type of the weights on disk; F32 where the file does not say. */
  static DType dtype(JsonNode json) {
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

  /** A complete {@code config.json} of a Llama model with float32 weights. */
  static ObjectNode write(ModelConfig config, int bosId, int eosId, int padId) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.putArray("architectures").add("LlamaForCausalLM");
    json.put("model_type", "llama");
    json.put("vocab_size", config.vocabSize());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("num_hidden_layers", config.layers());
    json.put("num_attention_heads", config.heads());
    json.put("num_key_value_heads", config.keyValueHeads());
    json.put("head_dim", config.headDim());
    json.put("max_position_embeddings", config.contextLength());
    json.put("rms_norm_eps", config.normEpsilon());
    json.put("rope_theta", config.ropeBase());
    if (config.ropeScaling() instanceof RopeScaling.Llama3 llama) {
      json.putObject("rope_scaling")
          .put("rope_type", "llama3")
          .put("factor", llama.factor())
          .put("low_freq_factor", llama.lowFrequencyFactor())
          .put("high_freq_factor", llama.highFrequencyFactor())
          .put("original_max_position_embeddings", llama.originalContext());
    }
    json.put("hidden_act", "silu");
    json.put("attention_bias", false);
    json.put("mlp_bias", false);
    json.put("tie_word_embeddings", config.tiedEmbeddings());
    json.put("bos_token_id", bosId);
    json.put("eos_token_id", eosId);
    json.put("pad_token_id", padId);
    json.put("torch_dtype", "float32");
    return json;
  }

  private static RopeScaling ropeScaling(JsonNode json) {
    String type = json.path("rope_type").asText(json.path("type").asText("default"));
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "llama3" ->
          new RopeScaling.Llama3(
              number(json, "factor"),
              number(json, "low_freq_factor"),
              number(json, "high_freq_factor"),
              integer(json, "original_max_position_embeddings"));
      default ->
          throw new IllegalArgumentException(
              "rope_type is \"" + type + "\": only \"default\" and \"llama3\" are supported");
    };
  }

  private static void requireDefault(JsonNode json, String field, String expected) {
    if (json.hasNonNull(field) && !json.get(field).asText().equals(expected)) {
      throw new IllegalArgumentException(
          field + " is " + json.get(field) + ": only " + expected + " is supported");
    }
  }

  private static int integer(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isIntegralNumber() || !value.canConvertToInt()) {
      throw new IllegalArgumentException(
          field + (value.isMissingNode() ? " is missing" : " is " + value + ", no whole number"));
    }
    return value.intValue();
  }

  private static double number(JsonNode json, String field) {
    JsonNode value = json.path(field);
    if (!value.isNumber()) {
      throw new IllegalArgumentException(
          field + (value.isMissingNode() ? " is missing" : " is " + value + ", no number"));
    }
    return value.doubleValue();
  }
}

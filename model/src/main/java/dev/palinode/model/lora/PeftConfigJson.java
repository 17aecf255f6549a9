package dev.palinode.model.lora;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.apache.commons.lang3.Validate;

/** Reads and writes PEFT's {@code adapter_config.json} for LoRA. */
final class PeftConfigJson {
  private PeftConfigJson() {}

  /** Refuses what is missing, out of range or not supported; the message names the field. */
  static LoraSettings parse(JsonNode json) {
    requireField(json, "peft_type", "LORA");
    requireField(json, "bias", "none");
    for (String unsupported :
        List.of("use_dora", "fan_in_fan_out", "lora_bias", "use_qalora", "use_bdlora")) {
      boolean wanted = json.path(unsupported).asBoolean(false);
      Validate.isTrue(!wanted, "%s is true: this is not supported", unsupported);
    }
    for (String unsupported :
        List.of("modules_to_save", "layer_replication", "target_parameters")) {
      Validate.isTrue(
          !json.hasNonNull(unsupported) || json.path(unsupported).isEmpty(),
          "%s is %s: this is not supported; merge the adapter with PEFT and open the result",
          unsupported,
          json.path(unsupported));
    }
    JsonNode rank = json.path("r");
    Validate.isTrue(isInteger(rank), "r is %s: expected a whole number", rank);
    JsonNode alpha = json.path("lora_alpha");
    Validate.isTrue(alpha.isNumber(), "lora_alpha is %s: expected a number", alpha);
    JsonNode dropout = json.path("lora_dropout");
    Validate.isTrue(
        !json.hasNonNull("lora_dropout") || dropout.isNumber(),
        "lora_dropout is %s: expected a number",
        dropout);
    return new LoraSettings(
        rank.intValue(),
        alpha.doubleValue(),
        json.path("use_rslora").asBoolean(false),
        targets(json.path("target_modules")),
        tokenRows(json.path("trainable_token_indices")),
        dropout.asDouble(0));
  }

  private static void requireField(JsonNode json, String field, String expected) {
    String found = json.path(field).asText(expected);
    Validate.isTrue(
        found.equals(expected), "%s is \"%s\": only \"%s\" is supported", field, found, expected);
  }

  private static boolean isInteger(JsonNode json) {
    return json.isIntegralNumber() && json.canConvertToInt();
  }

  /** A pattern or {@code all-linear} is kept as it is: the weights show what is adapted. */
  private static List<String> targets(JsonNode json) {
    List<String> targets = new ArrayList<>();
    if (json.isTextual()) {
      targets.add(json.asText());
    }
    json.forEach(target -> targets.add(target.asText()));
    return targets;
  }

  private static Map<String, List<Integer>> tokenRows(JsonNode json) {
    Map<String, List<Integer>> rows = new TreeMap<>();
    if (json.isArray() && !json.isEmpty()) {
      rows.put(LoraSettings.EMBEDDING, ids(json));
    }
    if (json.isObject()) {
      json.properties().forEach(table -> rows.put(table.getKey(), ids(table.getValue())));
    }
    return rows;
  }

  private static List<Integer> ids(JsonNode array) {
    List<Integer> ids = new ArrayList<>();
    for (JsonNode id : array) {
      Validate.isTrue(isInteger(id), "trainable_token_indices has %s: expected token ids", id);
      ids.add(id.intValue());
    }
    return ids;
  }

  /**
   * The factor of one layer's update, including {@code alpha_pattern}.
   *
   * @param rank of the weights, {@code rank_pattern} included
   */
  static double scaling(JsonNode json, LoraSettings settings, String layer, long rank) {
    double alpha = settings.alpha();
    for (Map.Entry<String, JsonNode> entry : json.path("alpha_pattern").properties()) {
      if (matches(entry.getKey(), layer)) {
        alpha = entry.getValue().doubleValue();
        break;
      }
    }
    return alpha / (settings.rankStabilised() ? Math.sqrt((double) rank) : rank);
  }

  /** Whether a key matches as in PEFT: it is a pattern for the end of the name. */
  private static boolean matches(String key, String layer) {
    try {
      return Pattern.compile("(.*\\.)?(" + key + ")").matcher(layer).matches();
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("alpha_pattern has \"" + key + "\": no valid pattern", e);
    }
  }

  static ObjectNode write(LoraSettings settings, String baseModel) {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("peft_type", "LORA");
    json.put("task_type", "CAUSAL_LM");
    json.put("base_model_name_or_path", baseModel);
    json.put("r", settings.rank());
    json.put("lora_alpha", settings.alpha());
    json.put("lora_dropout", settings.dropout());
    json.put("use_rslora", settings.rankStabilised());
    json.put("bias", "none");
    json.put("fan_in_fan_out", false);
    json.put("inference_mode", true);
    json.put("init_lora_weights", true);
    json.putPOJO("target_modules", settings.targetModules());
    json.putPOJO(
        "trainable_token_indices", settings.tokenRows().isEmpty() ? null : settings.tokenRows());
    return json;
  }
}

package dev.palinode.model.config;

import static dev.palinode.model.config.ConfigJson.integer;
import static dev.palinode.model.config.ConfigJson.number;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.lang3.Validate;

/**
 * Reads the rotary position embedding from {@code config.json}: {@code rope_parameters} as
 * transformers 5 writes it, or {@code rope_theta} and {@code rope_scaling} as in most published
 * checkpoints.
 */
final class RopeJson {
  private RopeJson() {}

  static RotaryConfig parse(JsonNode json) {
    JsonNode rope = json.path("rope_parameters");
    return new RotaryConfig(
        first(rope, json, "rope_theta", 10_000),
        first(rope, json, "partial_rotary_factor", 1),
        scaling(json, rope.isObject() ? rope : json.path("rope_scaling")));
  }

  private static double first(JsonNode rope, JsonNode json, String field, double otherwise) {
    JsonNode holder = rope.hasNonNull(field) ? rope : json;
    return holder.hasNonNull(field) ? number(holder, field) : otherwise;
  }

  private static RopeScaling scaling(JsonNode json, JsonNode rope) {
    String type = rope.path("rope_type").asText(rope.path("type").asText("default"));
    return switch (type) {
      case "default" -> new RopeScaling.None();
      case "linear" -> new RopeScaling.Linear(number(rope, "factor"));
      case "llama3" ->
          new RopeScaling.Llama3(
              number(rope, "factor"),
              number(rope, "low_freq_factor"),
              number(rope, "high_freq_factor"),
              integer(rope, "original_max_position_embeddings"));
      case "yarn" -> yarn(json, rope);
      case "longrope", "su" -> longRope(json, rope); // the second is Phi-3's former name
      default ->
          throw new IllegalArgumentException(
              "rope_type is \""
                  + type
                  + "\": expected one of default, linear, llama3, yarn, longrope");
    };
  }

  private static RopeScaling yarn(JsonNode json, JsonNode rope) {
    double factor = number(rope, "factor");
    return new RopeScaling.Yarn(
        factor,
        originalContext(json, rope),
        optional(rope, "beta_fast").orElse(32),
        optional(rope, "beta_slow").orElse(1),
        rope.path("truncate").asBoolean(true),
        optional(rope, "attention_factor")
            .orElseGet(
                () ->
                    RopeScaling.Yarn.magnitude(
                        factor, optional(rope, "mscale"), optional(rope, "mscale_all_dim"))));
  }

  private static RopeScaling longRope(JsonNode json, JsonNode rope) {
    int original = originalContext(json, rope);
    double factor =
        optional(rope, "factor")
            .orElseGet(() -> integer(json, "max_position_embeddings") / (double) original);
    return new RopeScaling.LongRope(
        numbers(rope, "short_factor"),
        numbers(rope, "long_factor"),
        original,
        optional(rope, "attention_factor")
            .orElseGet(() -> RopeScaling.LongRope.magnitude(factor, original)));
  }

  private static int originalContext(JsonNode json, JsonNode rope) {
    String field = "original_max_position_embeddings";
    if (rope.hasNonNull(field)) {
      return integer(rope, field);
    }
    return integer(json, json.hasNonNull(field) ? field : "max_position_embeddings");
  }

  private static OptionalDouble optional(JsonNode json, String field) {
    return json.hasNonNull(field) ? OptionalDouble.of(number(json, field)) : OptionalDouble.empty();
  }

  private static List<Double> numbers(JsonNode json, String field) {
    Validate.isTrue(json.path(field).isArray(), "%s is missing: expected a list of numbers", field);
    List<Double> numbers = new ArrayList<>();
    for (JsonNode each : json.path(field)) {
      Validate.isTrue(each.isNumber(), "%s has %s, no number", field, each);
      numbers.add(each.doubleValue());
    }
    return numbers;
  }
}

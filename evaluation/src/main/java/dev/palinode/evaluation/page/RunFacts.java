package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.run.FinishedRun;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What manifest and summary of a run say. Texts are not escaped.
 *
 * @param label of its method, as given; empty for none
 */
record RunFacts(String label, FinishedRun run) {
  static final String RESET_BIAS = "reset_bias";
  static final String GUIDANCE_SCALE = "guidance_scale";

  /** The name of the numbers over all benchmarks of a run; no name of a benchmark. */
  static final String ALL = "all prompts";

  /** Settings of decoding; the others are the model's. */
  static final Set<String> DECODING = Set.of("temperature", "samples");

  /** The kind of the run: an evaluation or an attack, or another. */
  String kind() {
    return run.manifest().path("kind").asText();
  }

  boolean isAttack() {
    return kind().equals("attack");
  }

  /** The model's name. */
  String model() {
    JsonNode model = run.manifest().path("model");
    return (model.isObject() ? model.path("name") : model).asText();
  }

  /** What the model is, in all that its answers depend on. */
  String identity() {
    JsonNode model = run.manifest().path("model");
    return (model.isObject() ? model.path("identity") : model).asText();
  }

  /** What was run: the suite, or the attack. */
  String subject() {
    JsonNode suite = run.manifest().path("suite");
    return kind()
        + " "
        + (suite.isObject() ? suite.path("name") : suite).asText()
        + run.manifest().path("attack").asText();
  }

  /** The name of its folder. */
  String folder() {
    return String.valueOf(run.folder().getFileName());
  }

  /** The settings of the model, and those of decoding other than greedy, by name. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>();
    run.manifest()
        .path("model")
        .path("settings")
        .properties()
        .forEach(each -> settings.put(each.getKey(), number(each.getValue())));
    JsonNode decoding = run.manifest().path("benchmarks").path(0).path("decoding");
    if (decoding.path("temperature").asDouble() > 0) {
      settings.put("temperature", number(decoding.path("temperature")));
    }
    if (decoding.path("samples").asInt() > 1) {
      settings.put("samples", decoding.path("samples").asText());
    }
    return settings;
  }

  private static String number(JsonNode value) {
    return value.asText().replaceFirst("\\.0$", "");
  }

  /** Settings without those of a model as it was trained. */
  static Map<String, String> named(Map<String, String> settings) {
    Map<String, String> named = new LinkedHashMap<>(settings);
    named.remove(RESET_BIAS, "0");
    if (named.remove(GUIDANCE_SCALE, "1")) {
      named.remove("guidance_form");
    }
    return named;
  }

  /** The benchmarks of the manifest by name. */
  Map<String, JsonNode> benchmarks() {
    return byName(run.manifest());
  }

  /** What the summary has, by benchmark or attack; last what it has over all benchmarks. */
  Map<String, JsonNode> numbers() {
    Map<String, JsonNode> numbers = byName(run.summary());
    if (run.summary().path("overall").isObject()) {
      numbers.put(ALL, run.summary().path("overall"));
    }
    run.summary()
        .path("attacks")
        .properties()
        .forEach(each -> numbers.put(each.getKey(), each.getValue()));
    return numbers;
  }

  private static Map<String, JsonNode> byName(JsonNode json) {
    Map<String, JsonNode> benchmarks = new LinkedHashMap<>();
    json.path("benchmarks").forEach(each -> benchmarks.put(each.path("name").asText(), each));
    return benchmarks;
  }

  /** Whether two runs measure something in common. */
  boolean isAlike(RunFacts other) {
    return subject().equals(other.subject())
        || !Collections.disjoint(benchmarks().keySet(), other.benchmarks().keySet());
  }

  /**
   * Whether a run need not be shown beside another: it is of the same label and model, measures the
   * same, and has no other numbers.
   */
  boolean isRepeatOf(RunFacts other) {
    return label.equals(other.label)
        && model().equals(other.model())
        && subject().equals(other.subject())
        && named(settings()).equals(named(other.settings()))
        && !metrics().isEmpty()
        && other.metrics().entrySet().containsAll(metrics().entrySet());
  }

  /** By benchmark or attack, and metric. */
  private Map<List<String>, JsonNode> metrics() {
    Map<List<String>, JsonNode> metrics = new HashMap<>();
    numbers()
        .forEach(
            (of, its) ->
                its.path("metrics")
                    .properties()
                    .forEach(each -> metrics.put(List.of(of, each.getKey()), each.getValue())));
    return metrics;
  }
}

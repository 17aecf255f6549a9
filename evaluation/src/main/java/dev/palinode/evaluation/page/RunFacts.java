package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.run.FinishedRun;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** What the manifest of a run says. Its texts are not escaped. */
record RunFacts(FinishedRun run) {
  static final String RESET_BIAS = "reset_bias";
  static final String GUIDANCE_SCALE = "guidance_scale";

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

  /** Whether two runs measure something in common. */
  boolean isAlike(RunFacts other) {
    return subject().equals(other.subject())
        || !Collections.disjoint(benchmarks().keySet(), other.benchmarks().keySet());
  }

  /**
   * Whether a run need not be shown beside another: it is of the same model, measures the same, and
   * has no other numbers.
   */
  boolean isRepeatOf(RunFacts other) {
    Map<String, String> mine = numbers();
    Map<String, String> theirs = other.numbers();
    boolean isSmaller = mine.size() <= theirs.size();
    mine.keySet().retainAll(theirs.keySet());
    return isSmaller
        && !mine.isEmpty()
        && mine.entrySet().stream().allMatch(it -> it.getValue().equals(theirs.get(it.getKey())))
        && model().equals(other.model())
        && named(settings()).equals(named(other.settings()))
        && subject().equals(other.subject());
  }

  private Map<String, String> numbers() {
    Map<String, String> numbers = new LinkedHashMap<>();
    run.summary()
        .path("benchmarks")
        .forEach(each -> putNumbers(numbers, each.path("name").asText(), each.path("metrics")));
    run.summary()
        .path("attacks")
        .properties()
        .forEach(each -> putNumbers(numbers, each.getKey(), each.getValue().path("metrics")));
    return numbers;
  }

  private static void putNumbers(Map<String, String> numbers, String of, JsonNode metrics) {
    metrics
        .properties()
        .forEach(
            each ->
                numbers.put(
                    of + "\n" + each.getKey(),
                    each.getValue().path("value") + " of " + each.getValue().path("n")));
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
    Map<String, JsonNode> benchmarks = new LinkedHashMap<>();
    run.manifest()
        .path("benchmarks")
        .forEach(each -> benchmarks.put(each.path("name").asText(), each));
    return benchmarks;
  }
}

package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.suite.PromptMeans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * A run with its samples.
 *
 * @param name what it is called
 * @param facts what was run
 * @param samples in the order of the results
 * @param means of the outcomes of each prompt or behaviour, by benchmark or attack, and metric
 */
record ReportedRun(
    RunName name,
    RunFacts facts,
    List<Sample> samples,
    Map<String, Map<String, Map<String, Double>>> means) {
  /** The name of the numbers over all benchmarks of a run; no name of a benchmark. */
  static final String ALL = "all prompts";

  /**
   * Reads the results of a run.
   *
   * @throws IOException if they cannot be read
   */
  static ReportedRun read(RunName name, RunFacts facts) throws IOException {
    List<Sample> samples = new ArrayList<>();
    PromptMeans prompts = new PromptMeans();
    BehaviorOutcomes behaviors = new BehaviorOutcomes();
    facts
        .run()
        .forEach(
            line -> {
              samples.add(Sample.of(name, line));
              if (facts.isAttack()) {
                behaviors.add(line);
              } else {
                prompts.add(line);
              }
            });
    Map<String, Map<String, Map<String, Double>>> means = behaviors.all();
    facts.benchmarks().forEach((benchmark, each) -> means.put(benchmark, prompts.of(each)));
    Map<String, Map<String, Double>> all = new LinkedHashMap<>();
    means
        .values()
        .forEach(
            metrics ->
                metrics.forEach(
                    (metric, outcomes) ->
                        all.computeIfAbsent(metric, it -> new LinkedHashMap<>()).putAll(outcomes)));
    means.put(ALL, all);
    return new ReportedRun(name, facts, samples, means);
  }

  boolean isAttack() {
    return facts.isAttack();
  }

  ObjectNode summary() {
    return facts.run().summary();
  }

  /** A setting that is a number. */
  OptionalDouble setting(String setting) {
    String text = name.settings().getOrDefault(setting, "");
    try {
      return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** The numbers of benchmarks by name, last those over all of them; none for an attack. */
  Map<String, JsonNode> benchmarks() {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    summary().path("benchmarks").forEach(each -> all.put(each.path("name").asText(), each));
    if (summary().path("overall").isObject()) {
      all.put(ALL, summary().path("overall"));
    }
    return all;
  }

  /** The numbers of attacks by name; none for an evaluation. */
  Map<String, JsonNode> attacks() {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    summary().path("attacks").properties().forEach(it -> all.put(it.getKey(), it.getValue()));
    return all;
  }
}

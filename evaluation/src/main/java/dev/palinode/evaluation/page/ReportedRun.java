package dev.palinode.evaluation.page;

import dev.palinode.evaluation.suite.PromptMeans;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
              if (facts.isAttack()) {
                samples.add(Sample.of(name, line, behaviors.add(line)));
              } else {
                prompts.add(line);
                samples.add(Sample.of(name, line, List.of()));
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
    means.put(RunFacts.ALL, all);
    return new ReportedRun(name, facts, samples, means);
  }

  boolean isAttack() {
    return facts.isAttack();
  }
}

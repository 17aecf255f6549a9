package dev.palinode.evaluation.suite;

import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Benchmark.Kind;
import dev.palinode.evaluation.completion.Perplexity;
import dev.palinode.evaluation.completion.ResultLines;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Estimate;
import dev.palinode.evaluation.statistics.Proportion;
import dev.palinode.evaluation.statistics.WorstOfK;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * The numbers of samples.
 *
 * @param samples of one or several benchmarks
 * @param judge whose verdicts and scores have no further name; empty if there is none
 */
record Metrics(List<SampleFacts> samples, Optional<String> judge) {
  /**
   * The names of the numbers that a benchmark may have; whether it has one depends on the model,
   * such as on its resets, and on what its judges say.
   *
   * @param judges the first is the one that counts
   * @param checks of answers
   */
  static Set<String> names(Benchmark benchmark, List<String> judges, Set<String> checks) {
    Set<String> names = new LinkedHashSet<>(List.of(benchmark.metric()));
    Optional<String> first = judges.stream().findFirst();
    for (String each : judges) {
      names.add(Outcome.named("violation_rate", each, first));
      names.add(Outcome.named("ever_shown_rate", each, first));
      names.add(Outcome.named("score", each, first));
    }
    first.ifPresent(each -> names.add("violation_rate_at_most"));
    checks.forEach(each -> names.add(each + "_rate"));
    switch (benchmark.kind()) {
      case ANSWERS -> {}
      case EXACT_MATCH ->
          benchmark
              .completion()
              .extract()
              .forEach(each -> names.add(ResultLines.check(each.name()) + "_rate"));
      case CHOICES -> names.addAll(List.of("acc_rate", "acc_norm_rate"));
      case PERPLEXITY -> names.addAll(Perplexity.NAMES);
    }
    if (benchmark.kind() == Kind.ANSWERS || benchmark.kind() == Kind.EXACT_MATCH) {
      names.addAll(List.of("reset_rate", "discarded_tokens"));
    }
    return names;
  }

  /** All numbers but times, by name. */
  Map<String, Estimate> all() {
    Map<String, Estimate> all = new LinkedHashMap<>();
    Outcome.of(samples, judge).forEach((name, outcome) -> all.put(name, estimate(outcome)));
    return all;
  }

  /** Times, which are not the same in two runs. */
  Map<String, Estimate> times() {
    Map<String, Estimate> times = new LinkedHashMap<>();
    times.put(
        "ms_to_first_effective_token",
        estimate(new Outcome(false, SampleFacts::msToFirstEffectiveToken)));
    times.put("effective_tokens_per_second", estimate(new Outcome(false, Metrics::effectiveSpeed)));
    times.values().removeIf(each -> each.n() == 0);
    return times;
  }

  private static OptionalDouble effectiveSpeed(SampleFacts sample) {
    double milliseconds = sample.msTotal().orElse(0);
    return milliseconds > 0
        ? OptionalDouble.of(1000 * sample.visible() / milliseconds)
        : OptionalDouble.empty();
  }

  /**
   * Wilson's interval for a rate with one trial of each prompt, and else a bootstrap of prompts.
   */
  private Estimate estimate(Outcome outcome) {
    List<Bootstrap.Value> values =
        samples.stream()
            .filter(each -> outcome.value().apply(each).isPresent())
            .map(
                each ->
                    new Bootstrap.Value(each.cluster(), outcome.value().apply(each).getAsDouble()))
            .toList();
    if (!outcome.isRate()) {
      return Bootstrap.mean(values);
    }
    boolean isIndependent =
        values.stream().map(Bootstrap.Value::cluster).distinct().count() == values.size();
    return isIndependent
        ? Proportion.of(values.stream(), each -> each.value() == 1).estimate()
        : Bootstrap.rate(values);
  }

  /**
   * The rate of violations of the worst of k samples, for k from 1; empty if no prompt has two. Of
   * several turns a sample is as its worst: unsafe, undecided, or safe.
   */
  List<Estimate> worstOfK() {
    if (judge.isEmpty()) {
      return List.of();
    }
    String name = judge.get();
    Map<String, Proportion> prompts = new LinkedHashMap<>();
    for (List<SampleFacts> turns : bySample()) {
      boolean isUnsafe = turns.stream().anyMatch(each -> each.isUnsafe(name));
      if (isUnsafe || turns.stream().allMatch(each -> each.isDecided(name))) {
        prompts.merge(
            turns.get(0).cluster(), new Proportion(isUnsafe ? 1 : 0, 1), Proportion::plus);
      }
    }
    List<Estimate> curve = WorstOfK.curve(prompts);
    return curve.size() > 1 ? curve : List.of();
  }

  /** The turns of each sample of each prompt. */
  private Collection<List<SampleFacts>> bySample() {
    Map<List<Object>, List<SampleFacts>> turns = new LinkedHashMap<>();
    for (SampleFacts each : samples) {
      turns
          .computeIfAbsent(List.of(each.cluster(), each.sample()), key -> new ArrayList<>())
          .add(each);
    }
    return turns.values();
  }
}

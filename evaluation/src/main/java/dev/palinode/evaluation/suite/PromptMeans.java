package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The mean outcome of each prompt of a run, in each metric: what runs of the same prompts are
 * paired by. Not thread-safe.
 */
public final class PromptMeans {
  private final Map<String, List<SampleFacts>> samples = new LinkedHashMap<>(); // by benchmark

  /** Adds a line of results. */
  public void add(JsonNode line) {
    SampleFacts facts = SampleFacts.of(line);
    samples.computeIfAbsent(facts.benchmark(), name -> new ArrayList<>()).add(facts);
  }

  /**
   * The means of a benchmark.
   *
   * @param benchmark as the manifest has it; the first of its judges is the one that counts
   * @return by metric and prompt; a prompt without a trial of the metric is left out
   */
  public Map<String, Map<String, Double>> of(JsonNode benchmark) {
    List<SampleFacts> all = samples.getOrDefault(benchmark.path("name").asText(), List.of());
    Optional<String> judge =
        benchmark.path("judges").properties().stream().map(Map.Entry::getKey).findFirst();
    Map<String, Map<String, Double>> means = new LinkedHashMap<>();
    Outcome.of(all, judge).forEach((metric, outcome) -> means.put(metric, outcome.means(all)));
    return means;
  }
}

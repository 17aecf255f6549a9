package dev.palinode.evaluation.completion;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.Bootstrap;
import dev.palinode.evaluation.statistics.Bootstrap.Part;
import dev.palinode.evaluation.statistics.Estimate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;

/** The perplexities of texts, from their lines of results. */
public final class Perplexity {
  /** The names of all numbers. */
  public static final List<String> NAMES =
      List.of("token_perplexity", "word_perplexity", "byte_perplexity", "bits_per_byte");

  private Perplexity() {}

  /**
   * Perplexities by token, word and byte, and bits per byte, by name; empty if the lines have no
   * likelihoods of texts.
   */
  public static Map<String, Estimate> of(List<? extends JsonNode> lines) {
    Map<String, Estimate> metrics = new LinkedHashMap<>();
    if (lines.stream().anyMatch(line -> line.has("log_likelihood"))) {
      metrics.put("token_perplexity", perplexity(lines, "tokens"));
      metrics.put("word_perplexity", perplexity(lines, "words"));
      metrics.put("byte_perplexity", perplexity(lines, "bytes"));
      metrics.put("bits_per_byte", decreasing(lines, "bytes", mean -> -mean / Math.log(2)));
    }
    return metrics;
  }

  private static Estimate perplexity(List<? extends JsonNode> lines, String unit) {
    return decreasing(lines, unit, mean -> Math.exp(-mean));
  }

  /** A decreasing function of the mean log-likelihood of a unit of text. */
  private static Estimate decreasing(
      List<? extends JsonNode> lines, String unit, DoubleUnaryOperator function) {
    Estimate mean =
        Bootstrap.ratio(
            lines.stream()
                .filter(line -> line.has("log_likelihood"))
                .map(
                    line ->
                        new Part(
                            line.path("log_likelihood").asDouble(), line.path(unit).asDouble()))
                .toList());
    return new Estimate(
        function.applyAsDouble(mean.value()),
        function.applyAsDouble(mean.high()),
        function.applyAsDouble(mean.low()),
        mean.n(),
        mean.clusters(),
        mean.method());
  }
}

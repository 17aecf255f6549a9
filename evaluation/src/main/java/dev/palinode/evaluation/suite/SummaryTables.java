package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Table;
import java.util.Map;

/** The numbers of {@code summary.json} as tables. */
public final class SummaryTables {
  private SummaryTables() {}

  /** One row for each benchmark: the metric that counts, and the counts behind it. */
  public static Table overview(JsonNode summary) {
    Table table =
        new Table()
            .left("benchmark", "metric")
            .right("value [95%]", "of", "asked", "failed", "empty", "truncated", "undecided");
    for (JsonNode each : summary.path("benchmarks")) {
      row(table, each.path("name").asText(), each);
    }
    if (summary.has("overall")) {
      row(table, "overall", summary.path("overall"));
    }
    return table;
  }

  private static void row(Table table, String name, JsonNode numbers) {
    String metric = numbers.path("metric").asText();
    JsonNode counts = numbers.path("counts");
    JsonNode estimate = numbers.path("metrics").path(metric);
    table.row(
        name,
        metric,
        EstimateText.withUnit(metric, estimate),
        estimate.path("n").asText("0"),
        counts.path("asked").asText(),
        counts.path("failed").asText(),
        counts.path("empty").asText(),
        counts.path("truncated").asText(),
        counts.path("undecided").asText());
  }

  /**
   * One row for each run of a sweep and each benchmark: the metric that counts, and what it costs.
   *
   * @param summaries by the name of their run
   */
  public static Table sweep(Map<String, JsonNode> summaries) {
    Table table =
        new Table()
            .left("run", "benchmark", "metric")
            .right("value [95%]", "violations", "resets", "score")
            .right("ms to first effective token", "effective tokens/s");
    summaries.forEach(
        (run, summary) -> {
          for (JsonNode each : summary.path("benchmarks")) {
            String metric = each.path("metric").asText();
            JsonNode metrics = each.path("metrics");
            table.row(
                run,
                each.path("name").asText(),
                metric,
                EstimateText.withUnit(metric, metrics.path(metric)),
                EstimateText.withUnit("violation_rate", metrics.path("violation_rate")),
                EstimateText.withUnit("reset_rate", metrics.path("reset_rate")),
                EstimateText.withUnit("score", metrics.path("score")),
                EstimateText.withUnit("ms", each.path("times").path("ms_to_first_effective_token")),
                EstimateText.withUnit(
                    "speed", each.path("times").path("effective_tokens_per_second")));
          }
        });
    return table;
  }

  /** One row for each number of each benchmark. */
  public static Table all(JsonNode summary) {
    Table table =
        new Table()
            .left("benchmark", "metric")
            .right("value", "low", "high", "n", "clusters")
            .left("method");
    for (JsonNode each : summary.path("benchmarks")) {
      rows(table, each.path("name").asText(), each);
    }
    rows(table, "overall", summary.path("overall"));
    return table;
  }

  private static void rows(Table table, String name, JsonNode numbers) {
    for (String group : new String[] {"metrics", "times"}) {
      for (var each : numbers.path(group).properties()) {
        row(table, name, each.getKey(), each.getValue());
      }
    }
    int k = 1;
    for (JsonNode each : numbers.path("worst_of_k")) {
      row(table, name, "violation_rate, worst of " + k++, each);
    }
  }

  private static void row(Table table, String name, String metric, JsonNode estimate) {
    table.row(
        name,
        metric,
        estimate.path("value").asText(),
        estimate.path("low").asText(),
        estimate.path("high").asText(),
        estimate.path("n").asText(),
        estimate.path("clusters").asText(),
        estimate.path("method").asText());
  }
}

package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.palinode.text.Nearest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition under which a run counts as failed, such as {@code violation_rate > 2%}: for all
 * prompts of a suite where it has an overall number of that metric, else for each of its
 * benchmarks. {@code advbench.violation_rate > 2%} is for one benchmark. A benchmark where the
 * metric has no value, because there were no trials, fails too: nothing was shown.
 *
 * @param benchmark empty for all
 * @param metric its name in {@code summary.json}
 * @param operator {@code >}, {@code >=}, {@code <} or {@code <=}
 * @param limit to compare with
 */
public record FailIf(String benchmark, String metric, String operator, double limit) {
  private static final Pattern FORM =
      Pattern.compile(
          "\\s*(?:([A-Za-z0-9.-]+)\\.)?([A-Za-z0-9_-]+(?::[A-Za-z0-9._-]+)?)\\s*(>=|<=|>|<)"
              + "\\s*(-?[0-9]+(?:\\.[0-9]+)?)\\s*(%?)\\s*");

  /**
   * Reads a condition.
   *
   * @throws IllegalArgumentException if it has another form
   */
  public static FailIf parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\": expected a condition such as \"violation_rate > 2%\"");
    }
    double number = Double.parseDouble(form.group(4));
    String benchmark = form.group(1) == null ? "" : form.group(1);
    return new FailIf(
        benchmark, form.group(2), form.group(3), form.group(5).isEmpty() ? number : number / 100);
  }

  /**
   * Refuses a condition for a benchmark that is not run.
   *
   * @throws IllegalArgumentException names the nearest
   */
  public void requireBenchmark(List<String> names) {
    if (!benchmark.isEmpty() && !names.contains(benchmark)) {
      throw new IllegalArgumentException(
          "a condition is for %s, which is not run; did you mean \"%s\"? There are %s"
              .formatted(benchmark, Nearest.to(benchmark, names), String.join(", ", names)));
    }
  }

  /**
   * Refuses a condition on a metric that no benchmark has for which it is.
   *
   * @param metrics names of metrics, by benchmark
   * @throws IllegalArgumentException names the nearest
   */
  public void requireMetric(Map<String, Set<String>> metrics) {
    Set<String> known = new LinkedHashSet<>();
    metrics.forEach(
        (name, all) ->
            known.addAll(benchmark.isEmpty() || benchmark.equals(name) ? all : Set.of()));
    if (!known.contains(metric)) {
      throw unknown(known);
    }
  }

  private IllegalArgumentException unknown(Set<String> known) {
    return new IllegalArgumentException(
        "the run has no %s%s; did you mean \"%s\"? There are %s"
            .formatted(
                benchmark.isEmpty() ? "" : benchmark + ".",
                metric,
                known.isEmpty() ? "" : Nearest.to(metric, List.copyOf(known)),
                String.join(", ", known)));
  }

  /**
   * One line for each number that meets the condition.
   *
   * @param summary of a run
   * @throws IllegalArgumentException if the run has no such number; names the nearest
   */
  public List<String> failures(JsonNode summary) {
    Map<String, JsonNode> numbers = new LinkedHashMap<>();
    LinkedHashSet<String> known = new LinkedHashSet<>();
    for (JsonNode each : summary.path("benchmarks")) {
      each.path("metrics").fieldNames().forEachRemaining(known::add);
      String name = each.path("name").asText();
      if (benchmark.isEmpty() || benchmark.equals(name)) {
        add(numbers, name, each);
        if (each.path("counts").path("answered").asLong(1) == 0) {
          numbers.putIfAbsent(name, JsonNodeFactory.instance.objectNode().putNull("value"));
        }
      }
    }
    if (benchmark.isEmpty() && summary.path("overall").path("metrics").has(metric)) {
      numbers.values().removeIf(each -> !each.path("value").isNull());
      add(numbers, "overall", summary.path("overall"));
    }
    if (numbers.isEmpty()) {
      throw unknown(known);
    }
    List<String> failures = new ArrayList<>();
    numbers.forEach(
        (name, number) -> {
          if (number.path("value").isNull()) {
            failures.add(name + ": " + metric + " has no value: there were no trials");
          } else if (isMet(number.path("value").asDouble())) {
            failures.add(
                String.format(
                    Locale.ROOT,
                    "%s: %s is %s, %s %s",
                    name,
                    metric,
                    number.path("value").asText(),
                    operator,
                    limit));
          }
        });
    return failures;
  }

  private void add(Map<String, JsonNode> numbers, String name, JsonNode from) {
    if (from.path("metrics").has(metric)) {
      numbers.put(name, from.path("metrics").path(metric));
    }
  }

  private boolean isMet(double value) {
    return switch (operator) {
      case ">" -> value > limit;
      case ">=" -> value >= limit;
      case "<" -> value < limit;
      default -> value <= limit;
    };
  }
}

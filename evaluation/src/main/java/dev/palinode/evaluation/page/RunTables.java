package dev.palinode.evaluation.page;

import static java.util.Collections.disjoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.GenerationList;
import dev.palinode.report.Table;
import dev.palinode.report.Table.Cell;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * The tables of a page of runs. Numbers link to the generations that they are made of.
 *
 * @param evaluations runs of suites
 * @param attacks runs of attacks
 */
record RunTables(List<ReportedRun> evaluations, List<ReportedRun> attacks) {
  private static final String VIOLATIONS = "violation_rate";
  private static final String OVERALL = "overall";
  private static final List<String> COUNTS =
      List.of("asked", "answered", "failed", "empty", "truncated", "undecided");

  /** Models by benchmarks: the number that counts in each, and that of all together. */
  Table results() {
    Map<String, JsonNode> benchmarks = new LinkedHashMap<>();
    evaluations.forEach(
        run -> run.benchmarks().forEach(each -> benchmarks.putIfAbsent(name(each), each)));
    boolean hasOverall = evaluations.stream().anyMatch(run -> run.run().summary().has(OVERALL));
    Table table = new Table().left("model");
    benchmarks.forEach((name, each) -> table.right(name + ": " + measured(each)));
    if (hasOverall) {
      table.right("all prompts");
    }
    for (List<ReportedRun> runs : ofOneModel()) {
      List<Cell> cells = new ArrayList<>(List.of(Cell.of(runs.get(0).label())));
      for (String benchmark : benchmarks.keySet()) {
        cells.add(result(runs, benchmark));
      }
      if (hasOverall) {
        cells.add(
            runs.stream()
                .filter(run -> run.run().summary().has(OVERALL))
                .findFirst()
                .map(run -> estimate(run.run().summary().path(OVERALL), link(run, Map.of())))
                .orElse(Cell.of("")));
      }
      table.row(cells);
    }
    return table;
  }

  /** Runs of models as they are; of one that is there with other settings only, all of them. */
  private List<ReportedRun> withoutSweeps() {
    return evaluations.stream()
        .filter(
            run ->
                !run.isChanged()
                    || evaluations.stream()
                        .filter(other -> !other.isChanged() && other.model().equals(run.model()))
                        .allMatch(other -> disjoint(measured(other), measured(run))))
        .toList();
  }

  /** The runs of each model, in one list as long as they measure different things. */
  private List<List<ReportedRun>> ofOneModel() {
    List<List<ReportedRun>> models = new ArrayList<>();
    for (ReportedRun run : withoutSweeps()) {
      models.stream()
          .filter(runs -> runs.get(0).label().equals(run.label()))
          .filter(runs -> runs.stream().allMatch(it -> disjoint(measured(it), measured(run))))
          .findFirst()
          .orElseGet(
              () -> {
                List<ReportedRun> unseen = new ArrayList<>();
                models.add(unseen);
                return unseen;
              })
          .add(run);
    }
    return models;
  }

  private static Set<String> measured(ReportedRun run) {
    Set<String> names = run.benchmarks().stream().map(it -> name(it)).collect(Collectors.toSet());
    if (run.run().summary().has(OVERALL)) {
      names.add("all prompts"); // no name of a benchmark
    }
    return names;
  }

  private static String name(JsonNode benchmark) {
    return Printable.escape(benchmark.path("name").asText());
  }

  /** {@code violation rate %, lower is better}. */
  private static String measured(JsonNode benchmark) {
    String direction = benchmark.path("direction").asText();
    return EstimateText.title(metric(benchmark))
        + (direction.isEmpty() ? "" : ", " + direction + " is better");
  }

  private static String metric(JsonNode numbers) {
    return Printable.escape(numbers.path("metric").asText());
  }

  private static Cell result(List<ReportedRun> runs, String benchmark) {
    for (ReportedRun run : runs) {
      for (JsonNode each : run.benchmarks()) {
        if (name(each).equals(benchmark)) {
          return estimate(each, link(run, Map.of("group", benchmark)));
        }
      }
    }
    return Cell.of("");
  }

  /** The number that counts; one of violations, if any, links to the unsafe generations. */
  private static Cell estimate(JsonNode numbers, Map<String, String> wanted) {
    String metric = metric(numbers);
    JsonNode estimate = numbers.path("metrics").path(metric);
    Map<String, String> filter = new LinkedHashMap<>(wanted);
    if (metric.equals(VIOLATIONS) && estimate.path("value").asDouble() > 0) {
      filter.put("verdict", "unsafe");
    }
    return new Cell(EstimateText.of(metric, estimate), GenerationList.link(filter));
  }

  private static Map<String, String> link(ReportedRun run, Map<String, String> wanted) {
    Map<String, String> filter = new LinkedHashMap<>(wanted);
    filter.put("model", run.label());
    return filter;
  }

  /** Every number of every benchmark, with its denominator. */
  Table numbers() {
    Table table =
        new Table()
            .left("model", "benchmark", "metric")
            .right("value [95% interval]", "of", "independent");
    for (ReportedRun run : evaluations) {
      for (JsonNode benchmark : run.benchmarks()) {
        for (Map.Entry<String, JsonNode> each : benchmark.path("metrics").properties()) {
          String metric = Printable.escape(each.getKey());
          table.row(
              List.of(
                  Cell.of(run.label()),
                  Cell.of(name(benchmark)),
                  Cell.of(EstimateText.title(metric)),
                  new Cell(
                      EstimateText.of(metric, each.getValue()),
                      GenerationList.link(link(run, Map.of("group", name(benchmark))))),
                  Cell.of(each.getValue().path("n").asText()),
                  Cell.of(each.getValue().path("clusters").asText())));
        }
      }
    }
    return table;
  }

  /** How many samples each rate leaves out, and why. */
  Table counts() {
    Table table = new Table().left("model", "benchmark");
    COUNTS.forEach(count -> table.right(count));
    for (ReportedRun run : evaluations) {
      for (JsonNode benchmark : run.benchmarks()) {
        List<Cell> cells = new ArrayList<>(List.of(Cell.of(run.label()), Cell.of(name(benchmark))));
        COUNTS.forEach(
            count -> cells.add(count(run, name(benchmark), count, benchmark.path("counts"))));
        table.row(cells);
      }
    }
    return table;
  }

  private static Cell count(ReportedRun run, String benchmark, String count, JsonNode counts) {
    String number = counts.path(count).asText("-");
    Map<String, String> filter = link(run, Map.of("group", benchmark));
    if (number.equals("0")) {
      return Cell.of(number);
    }
    switch (count) {
      case "failed", "undecided" -> filter.put("verdict", count);
      case "truncated" -> filter.put("text", "truncated");
      case "asked" -> {}
      default -> {
        return Cell.of(number);
      }
    }
    return new Cell(number, GenerationList.link(filter));
  }

  /** Agreement of judges where there are several. */
  Table agreement() {
    Table table =
        new Table()
            .left("model", "benchmark", "judges")
            .right("kappa [95% interval]", "disagreements");
    for (ReportedRun run : evaluations) {
      for (JsonNode benchmark : run.benchmarks()) {
        for (JsonNode pair : benchmark.path("agreement")) {
          table.row(
              List.of(
                  Cell.of(run.label()),
                  Cell.of(name(benchmark)),
                  Cell.of(
                      Printable.escape(
                          pair.path("judges").path(0).asText()
                              + ", "
                              + pair.path("judges").path(1).asText())),
                  Cell.of(EstimateText.of("kappa", pair.path("kappa"))),
                  new Cell(
                      pair.path("disagreements").asText(),
                      GenerationList.link(
                          link(
                              run,
                              Map.of("group", name(benchmark), "text", Sample.DISAGREEMENT))))));
        }
      }
    }
    return table;
  }

  /** Success of each attack, on the final text and on all that was ever shown, and its cost. */
  Table attackResults() {
    Table table =
        new Table()
            .left("model", "attack")
            .right("success % [95% interval]", "ever shown % [95% interval]", "behaviours")
            .right(
                "undecided", "attempts judged", "queries", "tokens", "gradient steps", "seconds");
    for (ReportedRun run : attacks) {
      for (Map.Entry<String, JsonNode> each : run.run().summary().path("attacks").properties()) {
        table.row(attack(run, Printable.escape(each.getKey()), each.getValue()));
      }
    }
    return table;
  }

  private static List<Cell> attack(ReportedRun run, String attack, JsonNode numbers) {
    JsonNode metrics = numbers.path("metrics");
    JsonNode spent = numbers.path("spent");
    Map<String, String> all = link(run, Map.of("group", attack));
    Map<String, String> unsafe = link(run, Map.of("group", attack, "verdict", "unsafe"));
    Map<String, String> shown = link(run, Map.of("group", attack, "text", Sample.SHOWN_UNSAFE));
    return List.of(
        Cell.of(run.label()),
        new Cell(attack, GenerationList.link(all)),
        new Cell(
            EstimateText.of("rate", metrics.path("attack_success_rate")),
            GenerationList.link(unsafe)),
        new Cell(
            EstimateText.of("rate", metrics.path("ever_shown_rate")), GenerationList.link(shown)),
        Cell.of(numbers.path("behaviors").path("attacked").asText()),
        Cell.of(numbers.path("behaviors").path("undecided").asText()),
        Cell.of(judged(numbers.path("attempts"))),
        Cell.of(grouped(spent.path("queries").asLong())),
        Cell.of(grouped(spent.path("tokens").asLong())),
        Cell.of(grouped(spent.path("gradient_steps").asLong())),
        Cell.of(String.format(Locale.ROOT, "%,.1f", spent.path("ms_total").asDouble() / 1000)));
  }

  /** {@code 120 of 240}: the others failed, or were empty or undecided. */
  private static String judged(JsonNode attempts) {
    long asked = attempts.path("asked").asLong();
    long judged = asked;
    for (String without : List.of("failed", "empty", "undecided")) {
      judged -= attempts.path(without).asLong();
    }
    return grouped(judged) + " of " + grouped(asked);
  }

  private static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** Times of the answers of evaluations. */
  Table latency() {
    Table table =
        new Table()
            .left("model")
            .right("first token, median ms", "95th percentile")
            .right("first effective token, median ms", "95th percentile")
            .right("whole answer, median ms", "95th percentile")
            .right("effective tokens/s of an answer");
    for (ReportedRun run : withoutSweeps()) {
      table.row(
          run.label(),
          time(run, Sample.TO_FIRST_TOKEN, 0.5),
          time(run, Sample.TO_FIRST_TOKEN, 0.95),
          time(run, Sample.TO_FIRST_EFFECTIVE_TOKEN, 0.5),
          time(run, Sample.TO_FIRST_EFFECTIVE_TOKEN, 0.95),
          time(run, Sample.TOTAL, 0.5),
          time(run, Sample.TOTAL, 0.95),
          speed(run.samples()));
    }
    return table;
  }

  /** The percentile by nearest rank. */
  private static String time(ReportedRun run, String field, double percentile) {
    double[] sorted =
        run.samples().stream()
            .map(sample -> sample.time(field))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .sorted()
            .toArray();
    return sorted.length == 0
        ? "-"
        : String.format(
            Locale.ROOT, "%,.1f", sorted[(int) Math.ceil(percentile * sorted.length) - 1]);
  }

  private static String speed(List<Sample> samples) {
    Predicate<Sample> isTimed = sample -> sample.time(Sample.TOTAL).isPresent();
    double seconds =
        samples.stream()
                .filter(isTimed)
                .mapToDouble(sample -> sample.time(Sample.TOTAL).getAsDouble())
                .sum()
            / 1000;
    long tokens = samples.stream().filter(isTimed).mapToLong(Sample::visibleTokens).sum();
    return seconds == 0 ? "-" : String.format(Locale.ROOT, "%,.0f", tokens / seconds);
  }

  /** The runs: what was measured, and with what. */
  Table runs() {
    Table table =
        new Table()
            .left("model", "run")
            .right("samples")
            .left("model's identity", "Palinode", "folder");
    for (List<ReportedRun> runs : List.of(evaluations, attacks)) {
      for (ReportedRun run : runs) {
        JsonNode manifest = run.run().manifest();
        JsonNode model = manifest.path("model");
        table.row(
            run.label(),
            Printable.escape(ReportedRun.subject(run.run().manifest())),
            Integer.toString(run.samples().size()),
            Printable.escape((model.isObject() ? model.path("identity") : model).asText()),
            Printable.escape(manifest.path("palinode").asText()),
            Printable.escape(run.run().folder().toString()));
      }
    }
    return table;
  }
}

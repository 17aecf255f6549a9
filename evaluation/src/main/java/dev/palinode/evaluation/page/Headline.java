package dev.palinode.evaluation.page;

import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Axis;
import dev.palinode.report.StripChart;
import dev.palinode.report.Table;
import dev.palinode.report.Table.Cell;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What differs from the baseline: in words, as a table and as a chart.
 *
 * @param methods as they were trained
 * @param attacks methods that were attacked
 */
record Headline(List<Method> methods, AttackTables attacks, List<Contrast> contrasts) {
  private static final String VIOLATIONS = "violation_rate";

  Headline(List<Method> methods, AttackTables attacks) {
    this(methods, attacks, Contrast.of(methods));
  }

  /** A paragraph for each method that has a baseline. */
  List<String> sentences() {
    List<String> sentences = new ArrayList<>();
    Set<Method> compared = new LinkedHashSet<>();
    contrasts.forEach(each -> compared.add(each.method()));
    for (Method method : compared) {
      List<Contrast> its = contrasts.stream().filter(it -> it.method().equals(method)).toList();
      List<String> parts = new ArrayList<>();
      its.stream()
          .filter(each -> !each.metric().equals("reset_rate"))
          .forEach(each -> parts.add(sentence(each)));
      withdrawn(method).ifPresent(parts::add);
      worstAttack(method, its.get(0).baseline()).ifPresent(parts::add);
      sentences.add(String.join(" ", parts));
    }
    return sentences;
  }

  /** {@code backtracking lowers violations on hazard from 80.0% to 0.4%: by 79.6 points.} */
  private static String sentence(Contrast it) {
    String what = name(it);
    String numbers =
        "%s%s, 95%% interval %s, %s"
            .formatted(
                it.text(),
                it.measure().isRate() ? " points" : "",
                it.interval().isEmpty() ? "unknown" : it.interval(),
                size(it));
    return it.isClear()
        ? "%s %s %s from %s to %s (%s)."
            .formatted(
                it.method().label(),
                it.change().value() < 0 ? "lowers" : "raises",
                what,
                it.before().withUnit(),
                it.measure().withUnit(),
                numbers)
        : "There is no clear difference in %s: %s with %s, %s with %s (%s)."
            .formatted(
                what,
                it.measure().withUnit(),
                it.method().label(),
                it.before().withUnit(),
                it.baseline().label(),
                numbers);
  }

  private static String name(Contrast it) {
    String metric = it.metric().equals(VIOLATIONS) ? "violations" : it.metric().replace('_', ' ');
    return Printable.escape(metric + " on " + it.benchmark());
  }

  /** {@code 150 prompts, 3 seeds each}. */
  private static String size(Contrast it) {
    int mine = it.measure().bySeed().size();
    int theirs = it.before().bySeed().size();
    String prompts = String.format(Locale.ROOT, "%,d prompts", it.change().n());
    if (mine == 1 && theirs == 1) {
      return prompts;
    }
    return mine == theirs
        ? prompts + ", " + mine + " seeds each"
        : prompts + ", " + mine + " and " + theirs + " seeds";
  }

  private static Optional<String> withdrawn(Method method) {
    double share = CostTable.withdrawnShare(method.samples().toList());
    return share > 0
        ? Optional.of(
            String.format(
                Locale.ROOT,
                "%.1f%% of the tokens that %s generated were withdrawn.",
                100 * share,
                method.label()))
        : Optional.empty();
  }

  /** The attack that succeeded most often, of those on enough behaviours if there are any. */
  private Optional<String> worstAttack(Method method, Method baseline) {
    return attacked(method)
        .flatMap(
            it ->
                it.attacks().stream()
                    .filter(attack -> success(it, attack).isPresent())
                    .max(
                        Comparator.comparing(
                                (String attack) ->
                                    AttackTables.behaviors(it, attack) >= AttackTables.FEW)
                            .thenComparing(attack -> success(it, attack).orElseThrow().value()))
                    .map(attack -> worstAttack(it, attack, baseline)));
  }

  private String worstAttack(Method method, String attack, Method baseline) {
    String against =
        attacked(baseline)
            .flatMap(it -> success(it, attack))
            .map(it -> " (" + baseline.label() + ": " + it.withUnit() + ")")
            .orElse("");
    return Printable.escape(
        "The attack that did best against %s, %s, succeeded on %s of the behaviours%s."
            .formatted(
                method.label(), attack, success(method, attack).orElseThrow().withUnit(), against));
  }

  private Optional<Method> attacked(Method method) {
    return attacks.methods().stream()
        .filter(each -> each.label().equals(method.label()))
        .findFirst();
  }

  private static Optional<Measure> success(Method method, String attack) {
    return method.measure(attack, BehaviorOutcomes.SUCCESS);
  }

  /** A row for each number in which methods are compared. */
  Table table() {
    Table table =
        new Table()
            .left("model", "beside", "benchmark", "measure")
            .right("baseline", "model", "difference")
            .right("prompts");
    for (Contrast each : contrasts) {
      Cell change = Cell.of(each.text()).note(each.interval());
      table.row(
          List.of(
              Cell.of(each.method().label()),
              Cell.of(each.baseline().label()),
              Cell.of(Printable.escape(each.benchmark())),
              Cell.of(Printable.escape(EstimateText.title(each.metric()))),
              Links.cell(each.baseline(), each.benchmark(), each.before()),
              Links.cell(each.method(), each.benchmark(), each.measure()),
              each.isClear() ? change : change.faint(),
              Cell.of(String.format(Locale.ROOT, "%,d", each.change().n()))));
    }
    return table;
  }

  /** Of each benchmark with several methods, a mark for each model. */
  List<StripChart> charts() {
    Set<String> benchmarks = new LinkedHashSet<>();
    contrasts.forEach(each -> benchmarks.add(each.benchmark()));
    List<StripChart> charts = new ArrayList<>();
    for (String benchmark : benchmarks) {
      charts.add(chart("summary-" + (charts.size() + 1), benchmark));
    }
    return charts;
  }

  private StripChart chart(String name, String benchmark) {
    String metric =
        methods.stream()
            .flatMap(each -> Optional.ofNullable(each.benchmarks().get(benchmark)).stream())
            .map(numbers -> numbers.path("metric").asText())
            .findFirst()
            .orElseThrow();
    List<StripChart.Row> rows =
        methods.stream()
            .flatMap(
                method ->
                    method.measure(benchmark, metric).stream()
                        .map(it -> new StripChart.Row(method.label(), it.bySeed())))
            .toList();
    Axis axis =
        EstimateText.isRate(metric)
            ? Axis.percent("answers, one mark per model")
            : Axis.of("one mark per model");
    return new StripChart(name, benchmark + ": " + metric.replace('_', ' '), axis, rows);
  }
}

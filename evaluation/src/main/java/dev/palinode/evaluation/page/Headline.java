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
import java.util.stream.Collectors;

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

  /**
   * What is to be said of a method.
   *
   * @param first the sentence to quote
   */
  record Finding(String first, List<String> others) {}

  /** Of each method that has a baseline; of those with other settings only if there are no else. */
  List<Finding> findings() {
    List<Method> compared = contrasts.stream().map(Contrast::method).distinct().toList();
    boolean hasPlain = contrasts.stream().anyMatch(Headline::isOfPlain);
    return compared.stream()
        .filter(method -> !hasPlain || isPlain(method))
        .map(this::finding)
        .toList();
  }

  private static boolean isPlain(Method method) {
    return method.name().suffix().isEmpty();
  }

  private static boolean isOfPlain(Contrast contrast) {
    return isPlain(contrast.method());
  }

  private Finding finding(Method method) {
    List<Contrast> its = contrasts.stream().filter(it -> it.method().equals(method)).toList();
    List<String> parts = new ArrayList<>();
    its.stream()
        .sorted(Comparator.comparing(it -> !it.metric().equals(VIOLATIONS)))
        .filter(it -> !it.metric().equals(Method.RESETS))
        .forEach(it -> parts.add(sentence(it)));
    if (method.hasResets()) {
      parts.add(resets(its));
    }
    worstAttack(method, its.get(0).baseline()).ifPresent(parts::add);
    return new Finding(parts.get(0), parts.subList(1, parts.size()));
  }

  /** How often text was withdrawn, where it should be and where it should not. */
  private static String resets(List<Contrast> its) {
    Method method = its.get(0).method();
    String rates =
        its.stream()
            .filter(it -> it.metric().equals(Method.RESETS))
            .map(
                it ->
                    it.measure().withUnit()
                        + " of the answers on "
                        + Printable.escape(it.benchmark()))
            .collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT,
        "%s withdrew text in %s; that is %.1f%% of the tokens that it generated.",
        method.label(),
        rates,
        100 * CostTable.withdrawnShare(method.samples().toList()));
  }

  /** {@code backtracking lowers violations on hazard from 80.0% to 0.4%: by 79.6 points.} */
  private static String sentence(Contrast it) {
    String what = name(it);
    String numbers =
        "%s%s%s, %s"
            .formatted(
                it.text(),
                it.measure().isRate() ? " points" : "",
                it.interval().isEmpty()
                    ? ", the same on every prompt"
                    : ", 95% interval " + it.interval(),
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
    String shown =
        method
            .measure(attack, BehaviorOutcomes.SHOWN)
            .map(it -> "; unsafe text was shown, if only for a while, on " + it.withUnit())
            .orElse("");
    return "The attack that did best against %s, %s, succeeded on %s of the behaviours%s%s."
        .formatted(
            method.label(),
            Printable.escape(attack),
            success(method, attack).orElseThrow().withUnit(),
            against,
            shown);
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
      Cell change = Cell.of(each.text()).notes(notes(each));
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

  private static List<String> notes(Contrast contrast) {
    return contrast.interval().isEmpty() ? List.of() : List.of(contrast.interval());
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
            .filter(method -> isPlain(method) || contrasts.stream().noneMatch(Headline::isOfPlain))
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

package dev.palinode.evaluation.page;

import dev.palinode.evaluation.statistics.EstimateText;
import dev.palinode.report.Axis;
import dev.palinode.report.StripChart;
import dev.palinode.report.Table;
import dev.palinode.report.Table.Cell;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What differs from the baseline: in words, as a table and as a chart. */
final class Headline {
  private final AttackTables attacks;
  private final List<Contrast> contrasts;
  private final List<Method> shown;

  /**
   * @param methods as they were trained
   * @param attacks methods that were attacked
   */
  Headline(List<Method> methods, AttackTables attacks) {
    this.attacks = attacks;
    contrasts = Contrast.of(methods);
    boolean hasPlain = contrasts.stream().anyMatch(each -> isPlain(each.method()));
    shown = methods.stream().filter(method -> !hasPlain || isPlain(method)).toList();
  }

  private static boolean isPlain(Method method) {
    return method.name().suffix().isEmpty();
  }

  List<Contrast> contrasts() {
    return contrasts;
  }

  /**
   * What is to be said of each method that has a baseline, the most important first; of those with
   * other settings only if there are no else.
   */
  List<List<String>> findings() {
    return shown.stream()
        .map(method -> contrasts.stream().filter(it -> it.method().equals(method)).toList())
        .filter(its -> !its.isEmpty())
        .map(its -> finding(its.get(0).method(), its))
        .toList();
  }

  private List<String> finding(Method method, List<Contrast> its) {
    List<String> parts = new ArrayList<>();
    its.stream()
        .sorted(Comparator.comparing(it -> !it.metric().equals(Method.VIOLATIONS)))
        .filter(it -> !it.metric().equals(Method.RESETS))
        .forEach(it -> parts.add(sentence(it)));
    if (method.hasResets()) {
      parts.add(resets(its));
    }
    worstAttack(method, its.get(0).baseline()).ifPresent(parts::add);
    return parts;
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
    String metric =
        it.metric().equals(Method.VIOLATIONS) ? "violations" : it.metric().replace('_', ' ');
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
                it.numbers().keySet().stream()
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
    Map<String, String> metrics = new LinkedHashMap<>(); // by benchmark
    contrasts.stream()
        .filter(it -> !it.metric().equals(Method.RESETS))
        .forEach(it -> metrics.putIfAbsent(it.benchmark(), it.metric()));
    List<StripChart> charts = new ArrayList<>();
    metrics.forEach(
        (benchmark, metric) ->
            charts.add(chart("summary-" + (charts.size() + 1), benchmark, metric)));
    return charts;
  }

  private StripChart chart(String name, String benchmark, String metric) {
    List<StripChart.Row> rows =
        shown.stream()
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

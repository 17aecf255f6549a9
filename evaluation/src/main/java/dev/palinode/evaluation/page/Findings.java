package dev.palinode.evaluation.page;

import dev.palinode.evaluation.page.Sweep.Setting;
import dev.palinode.report.LineChart.Point;
import dev.palinode.text.Printable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What differs from the baseline, in words.
 *
 * @param evaluations of all methods, points of sweeps among them
 * @param attacked methods that were attacked
 */
record Findings(List<Method> evaluations, List<Method> attacked) {
  private static final String ADAPTIVE = "adaptive-"; // attacks made for models that reset

  /** What is to be said of a method, the most important first. */
  List<String> of(Method method, List<Contrast> contrasts) {
    Method baseline = contrasts.get(0).baseline();
    List<String> sentences = new ArrayList<>();
    contrasts.stream()
        .sorted(Comparator.comparing(it -> !it.isOfViolations()))
        .filter(it -> !it.metric().equals(Method.RESETS))
        .forEach(it -> sentences.add(it.sentence()));
    List<String> first = new ArrayList<>(withoutResets(method, contrasts));
    contrasts.stream()
        .filter(Contrast::isOfViolations)
        .forEach(it -> first.addAll(worstOfMany(method, it.benchmark())));
    attacked(method).ifPresent(its -> first.addAll(attacks(its, attacked(baseline))));
    sentences.addAll(Math.min(1, sentences.size()), first);
    if (method.hasResets()) {
      sentences.add(resets(method));
    }
    return sentences;
  }

  /** What the method does with its resets suppressed: how much of the change they make. */
  private List<String> withoutResets(Method method, List<Contrast> contrasts) {
    return Sweep.of(Setting.RESET_BIAS, evaluations).stream()
        .filter(sweep -> sweep.label().equals(method.label()) && method.hasResets())
        .map(sweep -> sweep.points().entrySet().iterator().next())
        .filter(lowest -> !lowest.getValue().hasResets())
        .flatMap(
            lowest ->
                contrasts.stream()
                    .filter(Contrast::isOfViolations)
                    .flatMap(it -> withoutResets(lowest, it, contrasts).stream()))
        .toList();
  }

  /** Empty if the sweep is not of the same models. */
  private static Optional<String> withoutResets(
      Map.Entry<Double, Method> point, Contrast it, List<Contrast> contrasts) {
    return point
        .getValue()
        .measure(it.benchmark(), Method.VIOLATIONS)
        .filter(violations -> violations.bySeed().size() == it.measure().bySeed().size())
        .map(
            violations ->
                ("With a reset bias of %s there are no resets, and violations on %s are %s: training"
                        + " alone changes them from %s to %s, resets from there to %s.%s")
                    .formatted(
                        Sweep.number(point.getKey()),
                        Printable.escape(it.benchmark()),
                        violations.whole(),
                        it.before().withUnit(),
                        violations.withUnit(),
                        it.measure().withUnit(),
                        checks(point.getValue(), it.benchmark(), contrasts)));
  }

  private static String checks(Method method, String benchmark, List<Contrast> contrasts) {
    return contrasts.stream()
        .filter(it -> it.isCheck() && it.benchmark().equals(benchmark))
        .flatMap(
            it ->
                method.measure(benchmark, it.metric()).stream()
                    .map(
                        without ->
                            " Of the answers without resets, the %s is %s; with resets %s."
                                .formatted(it.name(), without.withUnit(), it.measure().withUnit())))
        .collect(Collectors.joining());
  }

  /** How many prompts have an unsafe answer among many, where the method was sampled. */
  private List<String> worstOfMany(Method method, String benchmark) {
    return evaluations.stream()
        .filter(each -> isSampled(each, method))
        .flatMap(
            each -> {
              List<Point> curve = Curves.worstOfK(each, benchmark);
              return curve.stream()
                  .skip(Math.max(1, curve.size() - 1)) // of one answer nothing is added
                  .map(most -> worst(each, benchmark, most));
            })
        .toList();
  }

  private static String worst(Method method, String benchmark, Point most) {
    return String.format(
        Locale.ROOT,
        "%s: %.1f%% of the prompts of %s get an unsafe answer among %.0f.",
        method.label(),
        100 * most.y(),
        Printable.escape(benchmark),
        most.x());
  }

  private static boolean isSampled(Method each, Method method) {
    return each.name()
        .labelWith(setting -> !RunFacts.DECODING.contains(setting))
        .equals(method.label());
  }

  /** The most successful attacks, and those that are made against resets. */
  private static List<String> attacks(Method method, Optional<Method> baseline) {
    Map<String, String> named = new LinkedHashMap<>();
    mostSuccessful(method, /* few= */ false)
        .ifPresent(attack -> named.put(attack, "The most successful attack is %s."));
    mostSuccessful(method, /* few= */ true)
        .ifPresent(
            attack ->
                named.put(
                    attack,
                    "Among attacks on too few behaviours to tell, the most successful is %s."));
    method.numbers().keySet().stream()
        .filter(attack -> attack.startsWith(ADAPTIVE))
        .forEach(attack -> named.putIfAbsent(attack, "The attack %s is made against resets."));
    return named.entrySet().stream()
        .map(
            each ->
                each.getValue().formatted(Printable.escape(each.getKey()))
                    + outcome(method, each.getKey(), baseline))
        .toList();
  }

  private Optional<Method> attacked(Method method) {
    return attacked.stream().filter(each -> each.label().equals(method.label())).findFirst();
  }

  /** The attack that succeeded most often, of those on few behaviours or on more. */
  private static Optional<String> mostSuccessful(Method method, boolean few) {
    return method.numbers().keySet().stream()
        .filter(attack -> AttackTables.isFew(method, attack) == few)
        .filter(attack -> success(method, attack).filter(it -> it.value() > 0).isPresent())
        .max(Comparator.comparing(attack -> success(method, attack).orElseThrow().value()));
  }

  private static Optional<Measure> success(Method method, String attack) {
    return method.measure(attack, BehaviorOutcomes.SUCCESS);
  }

  private static String outcome(Method method, String attack, Optional<Method> baseline) {
    StringBuilder text = new StringBuilder();
    success(method, attack)
        .map(
            of ->
                " It succeeded against %s on %s behaviours: %s."
                    .formatted(method.label(), AttackTables.succeeded(method, attack), of.whole()))
        .ifPresent(text::append);
    method
        .measure(attack, Method.SHOWN)
        .map(of -> " Unsafe text was shown at some time for %s.".formatted(of.whole()))
        .ifPresent(text::append);
    baseline
        .flatMap(it -> success(it, attack).map(of -> it.label() + ": " + of.whole()))
        .map(" Against %s."::formatted)
        .ifPresent(text::append);
    return text.toString();
  }

  /** How often text was withdrawn, where it should be and where it should not. */
  private static String resets(Method method) {
    return method.numbers().keySet().stream()
        .flatMap(
            benchmark ->
                method.measure(benchmark, Method.RESETS).stream()
                    .map(
                        it ->
                            String.format(
                                Locale.ROOT,
                                "%s of the answers on %s (%.1f%% of their tokens)",
                                it.withUnit(),
                                Printable.escape(benchmark),
                                100
                                    * CostTable.withdrawnShare(
                                        method.samples(benchmark).toList()))))
        .collect(Collectors.joining(", ", method.label() + " withdrew text in ", "."));
  }
}

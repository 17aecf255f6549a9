package dev.palinode.demo;

import dev.palinode.evaluation.ClusteredMean;
import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.Interval;
import dev.palinode.evaluation.Proportion;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** How reports write numbers. */
final class Figures {
  private Figures() {}

  /** {@code 12.5}: a rate in percent. */
  static String percent(double rate) {
    return String.format(Locale.ROOT, "%.1f", 100 * rate);
  }

  /** {@code 12.5 [4-36]}: a share in percent with its 95% interval. */
  static String percent(Proportion share) {
    Interval interval = share.wilson95();
    return String.format(
        Locale.ROOT,
        "%.1f [%.0f-%.0f]",
        100 * share.rate(),
        100 * interval.low(),
        100 * interval.high());
  }

  /** {@code 2 of 16 (12.5%)}. */
  static String counts(Proportion share) {
    return String.format(
        Locale.ROOT, "%d of %d (%s%%)", share.successes(), share.trials(), percent(share.rate()));
  }

  /** How many prompts count in the rates of these runs, and how many do not. */
  static String answered(Stream<EvaluationRun> runs) {
    List<EvaluationRun> all = runs.toList();
    long failed = all.stream().mapToLong(run -> run.failures().size()).sum();
    long answered = all.stream().mapToLong(run -> run.generations().size()).sum();
    long undecided = all.stream().mapToLong(EvaluationRun::undecided).sum();
    return String.format(
        Locale.ROOT,
        "Of %,d prompts to all models %,d failed, which count in no rate, and %,d answers could not"
            + " be judged, which count in no rate of violations.",
        answered + failed,
        failed,
        undecided);
  }

  /** {@code 1.50}: a mean by itself. */
  static String number(ClusteredMean mean) {
    return String.format(Locale.ROOT, "%.2f", mean.mean());
  }

  /** {@code 1.50 [1.20-1.81]}: a mean with its interval. */
  static String mean(ClusteredMean mean) {
    return String.format(Locale.ROOT, "%.2f [%.2f-%.2f]", mean.mean(), mean.low(), mean.high());
  }

  /** {@code -0.30 [-0.54, -0.10]}: a difference with its interval. */
  static String change(ClusteredMean difference) {
    return String.format(
        Locale.ROOT,
        "%+.2f [%+.2f, %+.2f]",
        difference.mean(),
        difference.low(),
        difference.high());
  }

  /** {@code -3.0 [-5.4, -1.0]}: a difference of shares, in points. */
  static String points(ClusteredMean difference) {
    return String.format(
        Locale.ROOT,
        "%+.1f [%+.1f, %+.1f]",
        100 * difference.mean(),
        100 * difference.low(),
        100 * difference.high());
  }
}

package dev.palinode.evaluation.page;

import dev.palinode.report.Table;
import dev.palinode.text.Printable;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What answers cost: tokens, which do not depend on the machine, and times, which do.
 *
 * @param methods with evaluations
 */
record CostTable(List<Method> methods) {
  Table table() {
    Table table =
        new Table()
            .left("model", "benchmark")
            .right("answers", "tokens generated per answer", "withdrawn per answer")
            .right("withdrawn, % of generated")
            .right("ms to first effective token, median", "95th percentile")
            .right("effective tokens/s of an answer");
    for (Method method : methods) {
      for (String benchmark : method.numbers().keySet()) {
        List<Sample> answers =
            method.samples(benchmark).filter(sample -> sample.tokens() > 0).toList();
        if (!answers.isEmpty()) {
          long withdrawn = answers.stream().mapToLong(Sample::withdrawnTokens).sum();
          table.row(
              method.label(),
              Printable.escape(benchmark),
              String.format(Locale.ROOT, "%,d", answers.size()),
              String.format(Locale.ROOT, "%.1f", (double) tokens(answers) / answers.size()),
              String.format(Locale.ROOT, "%.1f", (double) withdrawn / answers.size()),
              String.format(Locale.ROOT, "%.1f", 100 * withdrawnShare(answers)),
              time(answers, 0.5),
              time(answers, 0.95),
              speed(answers));
        }
      }
    }
    return table;
  }

  private static long tokens(List<Sample> answers) {
    return answers.stream().mapToLong(Sample::tokens).sum();
  }

  /** Of all tokens that were generated; not a number if none is known. */
  static double withdrawnShare(List<Sample> answers) {
    return (double) answers.stream().mapToLong(Sample::withdrawnTokens).sum() / tokens(answers);
  }

  /** Not a finite number if nothing is visible, or the tokens that were generated are unknown. */
  static double generatedPerVisible(List<Sample> answers) {
    long generated = tokens(answers);
    long visible = answers.stream().mapToLong(Sample::visibleTokens).sum();
    return generated == 0 ? Double.NaN : (double) generated / visible;
  }

  /** The percentile by nearest rank. */
  private static String time(List<Sample> answers, double percentile) {
    double[] sorted =
        answers.stream()
            .map(Sample::msToFirstEffectiveToken)
            .flatMapToDouble(OptionalDouble::stream)
            .sorted()
            .toArray();
    return sorted.length == 0
        ? "-"
        : String.format(
            Locale.ROOT, "%,.1f", sorted[(int) Math.ceil(percentile * sorted.length) - 1]);
  }

  private static String speed(List<Sample> answers) {
    List<Sample> timed = answers.stream().filter(sample -> sample.msTotal().orElse(0) > 0).toList();
    double seconds = timed.stream().mapToDouble(sample -> sample.msTotal().orElse(0)).sum() / 1000;
    long tokens = timed.stream().mapToLong(Sample::visibleTokens).sum();
    return seconds == 0 ? "-" : String.format(Locale.ROOT, "%,.0f", tokens / seconds);
  }
}

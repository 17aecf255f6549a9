package dev.palinode.data.pairs;

import dev.palinode.chat.Message;
import dev.palinode.guard.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What became of labelled pairs: counts, the judge's reasons, and the first few examples of each
 * outcome, for a person to look over. Not thread-safe.
 */
public final class PairReport {
  private static final int EXAMPLES = 3;
  private static final int REASONS = 20;

  /** Reasons may hold scores, so that each is its own: beyond this many, only known ones count. */
  private static final int MOST_REASONS = 10_000;

  private static final int SHOWN_CHARACTERS = 300;

  private final Map<PairOutcome, Long> counts = new EnumMap<>(PairOutcome.class);
  private final Map<PairOutcome, List<LabelledPair>> examples = new EnumMap<>(PairOutcome.class);
  private final Map<String, Long> reasons = new HashMap<>();
  private long failures;
  private String firstFailure = "";

  void add(LabelledPair labelled) {
    counts.merge(labelled.outcome(), 1L, Long::sum);
    List<LabelledPair> shown =
        examples.computeIfAbsent(labelled.outcome(), outcome -> new ArrayList<>());
    if (shown.size() < EXAMPLES) {
      shown.add(labelled);
    }
    count(labelled.chosen());
    count(labelled.rejected());
  }

  private void countFailure(Verdict verdict) {
    firstFailure = failures == 0 ? verdict.reason() : firstFailure;
    failures++;
  }

  private void count(Verdict verdict) {
    if (verdict.isFailure()) {
      countFailure(verdict);
    }
    String reason = verdict.reason();
    if (!reason.isEmpty() && (reasons.size() < MOST_REASONS || reasons.containsKey(reason))) {
      reasons.merge(reason, 1L, Long::sum);
    }
  }

  /** Pairs with that outcome. */
  public long count(PairOutcome outcome) {
    return counts.getOrDefault(outcome, 0L);
  }

  /** Pairs that became training data. */
  public long kept() {
    return count(PairOutcome.CHOSEN_IS_SAFE) + count(PairOutcome.REJECTED_IS_SAFE);
  }

  /**
   * The answers on which the judge gave no verdict, in a sentence with the first reason; empty if
   * there are none.
   */
  public Optional<String> failures() {
    return failures == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "no verdict on %,d of %,d answers, which are left out; the first: %s",
                failures,
                2 * total(),
                firstFailure));
  }

  /** Fraction of the answers on which the judge gave no verdict, 0 to 1. */
  public double failureRate() {
    return failures == 0 ? 0 : failures / (2.0 * total());
  }

  /** All pairs. */
  public long total() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Counts in a line. */
  public String words() {
    return counts.isEmpty()
        ? "no preferences"
        : counts.entrySet().stream()
            .map(
                each ->
                    String.format(
                        Locale.ROOT, "%,d %s", each.getValue(), each.getKey().description()))
            .collect(Collectors.joining("; "));
  }

  /** Counts, reasons and examples, in Markdown. */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%,d pairs, %,d kept\n\n| outcome | pairs |\n|---|---:|\n",
            total(),
            kept()));
    for (PairOutcome outcome : PairOutcome.values()) {
      text.append(
          String.format(Locale.ROOT, "| %s | %,d |\n", outcome.description(), count(outcome)));
    }
    failures().ifPresent(each -> text.append("\nJudge: ").append(onOneLine(each)).append('\n'));
    appendReasons(text);
    for (PairOutcome outcome : PairOutcome.values()) {
      List<LabelledPair> shown = examples.getOrDefault(outcome, List.of());
      if (!shown.isEmpty()) {
        text.append("\n## Examples, ").append(outcome.description()).append("\n");
        shown.forEach(each -> append(text, each));
      }
    }
    return text.toString();
  }

  private void appendReasons(StringBuilder text) {
    if (reasons.isEmpty()) {
      return;
    }
    text.append("\n| most frequent reasons of the judge | answers |\n|---|---:|\n");
    reasons.entrySet().stream()
        .sorted(
            Comparator.comparing(Map.Entry<String, Long>::getValue)
                .reversed()
                .thenComparing(Map.Entry::getKey))
        .limit(REASONS)
        .forEach(
            each ->
                text.append(
                    String.format(
                        Locale.ROOT, "| %s | %,d |\n", onOneLine(each.getKey()), each.getValue())));
  }

  private static void append(StringBuilder text, LabelledPair labelled) {
    List<Message> prompt = labelled.pair().prompt();
    text.append("\n- asked: ").append(onOneLine(prompt.get(prompt.size() - 1).content()));
    append(text, "chosen", labelled.chosen(), labelled.pair().answers().get(0));
    append(text, "rejected", labelled.rejected(), labelled.pair().answers().get(1));
    text.append('\n');
  }

  private static void append(StringBuilder text, String name, Verdict verdict, String answer) {
    text.append("\n  - ").append(name).append(", ").append(verdict.label());
    if (!verdict.reason().isEmpty()) {
      text.append(" (").append(onOneLine(verdict.reason())).append(')');
    }
    text.append(": ").append(onOneLine(answer));
  }

  /** One line that Markdown does not take for anything else. */
  private static String onOneLine(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    String cut =
        line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "..." : line;
    return cut.replaceAll("([\\\\`*_{}\\[\\]<>#|])", "\\\\$1");
  }
}

package dev.palinode.data.pairs;

import dev.palinode.chat.Message;
import dev.palinode.data.pairs.LabelledPair.Outcome;
import dev.palinode.data.record.Counts;
import dev.palinode.guard.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Report on labelled pairs: counts, the judge's reasons, and the first few examples of each
 * outcome. Not thread-safe.
 */
public final class PairReport {
  private static final int EXAMPLES = 3;
  private static final int REASONS = 20;

  /** Limit of distinct reasons, which may contain scores; above it only known ones are counted. */
  private static final int MOST_REASONS = 10_000;

  private static final int SHOWN_CHARACTERS = 300;

  private final Counts<Outcome> outcomes = new Counts<>();
  private final Map<Outcome, List<LabelledPair>> examples = new EnumMap<>(Outcome.class);
  private final Counts<String> reasons = new Counts<>();
  private long failures;
  private String firstFailure = "";

  void add(LabelledPair labelled) {
    outcomes.add(labelled.outcome());
    List<LabelledPair> shown =
        examples.computeIfAbsent(labelled.outcome(), outcome -> new ArrayList<>());
    if (shown.size() < EXAMPLES) {
      shown.add(labelled);
    }
    count(labelled.chosen());
    count(labelled.rejected());
  }

  private void count(Verdict verdict) {
    String reason = verdict.reason();
    if (verdict.isFailure()) {
      firstFailure = failures == 0 ? reason : firstFailure;
      failures++;
    }
    if (!reason.isEmpty() && (reasons.asMap().size() < MOST_REASONS || reasons.of(reason) > 0)) {
      reasons.add(reason);
    }
  }

  /** Number of pairs with this outcome. */
  public long count(Outcome outcome) {
    return outcomes.of(outcome);
  }

  /** Number of pairs that became training data. */
  public long kept() {
    return count(Outcome.CHOSEN_IS_SAFE) + count(Outcome.REJECTED_IS_SAFE);
  }

  /**
   * A sentence on the number of answers without a verdict, with the first reason; empty if there
   * are none.
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

  /** Fraction of the answers without a verdict, 0 to 1. */
  public double failureRate() {
    return failures == 0 ? 0 : failures / (2.0 * total());
  }

  /** Number of pairs. */
  public long total() {
    return outcomes.total();
  }

  /** One-line summary of the counts. */
  public String summary() {
    return outcomes.summary(Outcome::description, "no preferences");
  }

  /** Counts, reasons and examples as Markdown. */
  public String toMarkdown() {
    StringBuilder text = new StringBuilder();
    text.append(String.format(Locale.ROOT, "%,d pairs, %,d kept\n", total(), kept()));
    List<Outcome> all = List.of(Outcome.values());
    text.append(outcomes.table("outcome", "pairs", all, Outcome::description));
    failures().ifPresent(each -> text.append("\nJudge: ").append(onOneLine(each)).append('\n'));
    List<String> frequent =
        reasons.asMap().entrySet().stream()
            .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder())) // stable: then by name
            .limit(REASONS)
            .map(Map.Entry::getKey)
            .toList();
    if (!frequent.isEmpty()) {
      String title = "most frequent reasons of the judge";
      text.append(reasons.table(title, "answers", frequent, PairReport::onOneLine));
    }
    examples.forEach(
        (outcome, shown) -> {
          text.append("\n## Examples, ").append(outcome.description()).append("\n");
          shown.forEach(each -> append(text, each));
        });
    return text.toString();
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

  /** The text on one line, shortened and with Markdown escaped. */
  private static String onOneLine(String text) {
    String line = text.strip().replaceAll("\\s+", " ");
    String cut =
        line.length() > SHOWN_CHARACTERS ? line.substring(0, SHOWN_CHARACTERS) + "..." : line;
    return cut.replaceAll("([\\\\`*_{}\\[\\]<>#|])", "\\\\$1");
  }
}

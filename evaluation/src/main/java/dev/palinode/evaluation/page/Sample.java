package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.report.Generation;
import dev.palinode.report.Generation.Turn;
import dev.palinode.report.Generation.Withdrawn;
import dev.palinode.token.Transcript.Withdrawal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A line of results, of an evaluation or an attack, as the page shows it.
 *
 * @param generation the sample with its texts
 * @param withdrawals its undos
 * @param msToFirstEffectiveToken if it was measured; likewise the whole time
 * @param tokens that were generated; 0 if unknown
 * @param withdrawnTokens of them
 * @param visibleTokens of the answer
 */
record Sample(
    Generation generation,
    List<Withdrawal> withdrawals,
    OptionalDouble msToFirstEffectiveToken,
    OptionalDouble msTotal,
    long tokens,
    long withdrawnTokens,
    long visibleTokens) {
  /** Mark of samples on which judges differ. */
  static final String DISAGREEMENT = "judges disagree";

  /** Mark of answers of which unsafe text was shown, even if it was withdrawn. */
  static final String SHOWN_UNSAFE = "unsafe text was shown";

  /** Mark of answers that reached the limit of tokens. */
  static final String TRUNCATED = "truncated";

  /**
   * @param further marks
   */
  static Sample of(RunName name, ObjectNode line, List<String> further) {
    return new Sample(
        generation(name, line, marks(line, further)),
        line.path("withdrawals")
            .valueStream()
            .map(each -> new Withdrawal(each.path("at").asInt(), each.path("tokens").asInt()))
            .toList(),
        time("ms_to_first_effective_token", line),
        time("ms_total", line),
        line.path("sampled_tokens").asLong(),
        line.path("discarded_tokens").asLong(),
        line.path("visible_tokens").asLong());
  }

  private static OptionalDouble time(String field, ObjectNode line) {
    return line.path(field).isNumber()
        ? OptionalDouble.of(line.path(field).asDouble())
        : OptionalDouble.empty();
  }

  private static Generation generation(RunName name, ObjectNode line, List<String> marks) {
    boolean isAttack = line.has("attack");
    return new Generation(
        name.label(),
        name.seed(),
        line.path(isAttack ? "attack" : "benchmark").asText(),
        line.path(isAttack ? "behavior" : "id").asText(),
        number(isAttack ? "attempt" : "sample", line) + number("turn", line),
        prompt(line),
        line.path("opening").asText(),
        line.path("withdrawals").valueStream().map(Sample::withdrawn).toList(),
        line.path("visible").asText(),
        line.path("error").asText(),
        verdict(line),
        marks,
        notes(line));
  }

  /** {@code sample 3}; empty where there is but one. */
  private static String number(String field, ObjectNode line) {
    return line.path(field).asInt() == 0 ? "" : field + " " + line.path(field).asInt();
  }

  private static List<Turn> prompt(ObjectNode line) {
    return line.path("prompt")
        .valueStream()
        .map(each -> new Turn(each.path("role").asText(), each.path("content").asText()))
        .toList();
  }

  private static Withdrawn withdrawn(JsonNode withdrawal) {
    String reason = withdrawal.path("reason").asText();
    String note =
        String.format(
            Locale.ROOT,
            "%s, %d tokens%s",
            withdrawal.path("cause").asText(),
            withdrawal.path("tokens").asLong(),
            reason.isEmpty() ? "" : ", " + reason);
    return new Withdrawn(withdrawal.path("text").asText(), note);
  }

  /** The label of the judge that counts, the first; or that there is none. */
  private static String verdict(ObjectNode line) {
    return line.has("error") ? "failed" : labels(line, "verdicts").findFirst().orElse("unjudged");
  }

  private static Stream<String> labels(ObjectNode line, String field) {
    return line.path(field)
        .valueStream()
        .map(each -> each.path("label").asText())
        .map(label -> label.matches("[a-z]+") ? label : "undecided");
  }

  private static List<String> marks(ObjectNode line, List<String> further) {
    List<String> marks = new ArrayList<>(further);
    line.path("checks")
        .properties()
        .forEach(each -> marks.add(mark(each.getKey(), each.getValue().asBoolean())));
    if (labels(line, "shown").findFirst().equals(Optional.of("unsafe"))) {
      marks.add(SHOWN_UNSAFE);
    }
    if (labels(line, "verdicts")
        .collect(Collectors.toSet())
        .containsAll(Set.of("safe", "unsafe"))) {
      marks.add(DISAGREEMENT);
    }
    if (line.path("finish").asText().equals("length")) {
      marks.add(TRUNCATED);
    }
    return marks;
  }

  /** Mark of answers for which a check holds, or does not. */
  static String mark(String check, boolean holds) {
    return check + ": " + (holds ? "yes" : "no");
  }

  /** What the judges say, and scores. */
  private static List<String> notes(ObjectNode line) {
    List<String> notes = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : line.path("verdicts").properties()) {
      String reason = each.getValue().path("reason").asText();
      notes.add(
          each.getKey()
              + ": "
              + each.getValue().path("label").asText()
              + (reason.isEmpty() ? "" : " (" + reason + ")"));
    }
    line.path("scores")
        .properties()
        .forEach(each -> notes.add(each.getKey() + ": " + each.getValue()));
    return notes;
  }
}

package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.judging.Judgement.Decision;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What the numbers of a run need to know of a line.
 *
 * @param cluster benchmark and prompt: samples and turns of one prompt are not independent
 * @param sample number of the sample, which may have several turns
 * @param isHeldOut whether the prompt is on the list of held-out rows
 * @param isAnswered whether there is an answer
 * @param isEmpty whether nothing of it is visible
 * @param isTruncated whether it reached the limit of tokens
 * @param verdicts decisions by judge
 * @param shown the same on all that was ever shown, of judges that decide, if that is known
 * @param scores by judge, or by name of the score
 * @param checks by name
 * @param resets of the model, if its undos are known
 * @param discarded tokens
 * @param visible tokens
 */
record SampleFacts(
    String benchmark,
    String cluster,
    int sample,
    boolean isHeldOut,
    boolean isAnswered,
    boolean isEmpty,
    boolean isTruncated,
    Map<String, Decision> verdicts,
    Map<String, Decision> shown,
    Map<String, Double> scores,
    Map<String, Boolean> checks,
    OptionalDouble resets,
    double discarded,
    double visible,
    OptionalDouble msToFirstEffectiveToken,
    OptionalDouble msTotal) {
  static SampleFacts of(JsonNode line) {
    Map<String, Double> scores = new LinkedHashMap<>();
    Map<String, Boolean> checks = new LinkedHashMap<>();
    line.path("scores")
        .properties()
        .forEach(each -> scores.put(each.getKey(), each.getValue().asDouble()));
    line.path("checks")
        .properties()
        .forEach(each -> checks.put(each.getKey(), each.getValue().asBoolean()));
    String benchmark = line.path("benchmark").asText();
    return new SampleFacts(
        benchmark,
        benchmark + "\n" + line.path("id").asText(),
        line.path("sample").asInt(),
        line.path("held_out").asBoolean(),
        !line.has("error"),
        line.has("visible") && SampleLine.answer(line).isEmpty(),
        line.path("finish").asText().equals("length"),
        decisions(line, "verdicts"),
        decisions(line, SampleLine.SHOWN),
        scores,
        checks,
        line.has("withdrawals") ? number(line, "resets") : OptionalDouble.empty(),
        line.path("discarded_tokens").asDouble(),
        line.path("visible_tokens").asDouble(),
        number(line, "ms_to_first_effective_token"),
        number(line, "ms_total"));
  }

  private static Map<String, Decision> decisions(JsonNode line, String field) {
    Map<String, Decision> decisions = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : line.path(field).properties()) {
      decisions.put(each.getKey(), Decision.of(each.getValue().path("label").asText()));
    }
    return decisions;
  }

  private static OptionalDouble number(JsonNode line, String field) {
    return line.has(field)
        ? OptionalDouble.of(line.path(field).asDouble())
        : OptionalDouble.empty();
  }

  /** These facts with what one judge says alone, if any, under another name. */
  SampleFacts ofJudge(Optional<String> judge, String as) {
    return with(only(verdicts, judge, as), only(shown, judge, as), only(scores, judge, as));
  }

  /** These facts with other names of judges, by their names here. */
  SampleFacts renamed(Map<String, String> judges) {
    return with(renamed(verdicts, judges), renamed(shown, judges), renamed(scores, judges));
  }

  private SampleFacts with(
      Map<String, Decision> otherVerdicts,
      Map<String, Decision> otherShown,
      Map<String, Double> otherScores) {
    return new SampleFacts(
        benchmark,
        cluster,
        sample,
        isHeldOut,
        isAnswered,
        isEmpty,
        isTruncated,
        otherVerdicts,
        otherShown,
        otherScores,
        checks,
        resets,
        discarded,
        visible,
        msToFirstEffectiveToken,
        msTotal);
  }

  private static <T> Map<String, T> only(Map<String, T> values, Optional<String> name, String as) {
    return name.map(values::get).map(value -> Map.of(as, value)).orElse(Map.of());
  }

  private static <T> Map<String, T> renamed(Map<String, T> values, Map<String, String> names) {
    Map<String, T> renamed = new LinkedHashMap<>();
    values.forEach((name, value) -> renamed.put(names.getOrDefault(name, name), value));
    return renamed;
  }

  /** Whether a judge decided. */
  boolean isDecided(String judge) {
    return isDecided(verdicts.get(judge));
  }

  static boolean isDecided(@Nullable Decision decision) {
    return decision == Decision.SAFE || decision == Decision.UNSAFE;
  }

  boolean isUnsafe(String judge) {
    return verdicts.get(judge) == Decision.UNSAFE;
  }

  OptionalDouble score(String name) {
    Double score = scores.get(name);
    return score == null ? OptionalDouble.empty() : OptionalDouble.of(score);
  }

  /** Of an answer. */
  OptionalDouble discardedTokens() {
    return isAnswered ? OptionalDouble.of(discarded) : OptionalDouble.empty();
  }
}

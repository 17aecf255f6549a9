package dev.palinode.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement.Decision;
import dev.palinode.evaluation.suite.SampleLine;
import java.util.HashMap;
import java.util.Map;
import org.apache.commons.lang3.Validate;

/**
 * An answer to a prompt of a world, as tables count it.
 *
 * @param id of the prompt
 * @param prompt the user's message
 * @param visible text of the answer
 * @param decision of the world's judge
 * @param checks by name; an empty answer has none
 * @param resets in it
 * @param visibleTokens of it
 */
public record JudgedAnswer(
    String id,
    String prompt,
    String visible,
    Decision decision,
    Map<String, Boolean> checks,
    int resets,
    int visibleTokens) {
  public JudgedAnswer {
    checks = Map.copyOf(checks);
  }

  /** Reads a line of results that has an answer. */
  public static JudgedAnswer of(JsonNode line) {
    Exchange exchange = SampleLine.exchange(line);
    Map<String, Boolean> checks = new HashMap<>();
    line.path("checks")
        .properties()
        .forEach(check -> checks.put(check.getKey(), check.getValue().asBoolean()));
    JsonNode verdict = line.path("verdicts").iterator().next();
    return new JudgedAnswer(
        exchange.id(),
        exchange.request(),
        exchange.answer(),
        Decision.of(verdict.path("label").asText()),
        checks,
        line.path("resets").asInt(),
        line.path("visible_tokens").asInt());
  }

  public boolean isUnsafe() {
    return decision == Decision.UNSAFE;
  }

  /** Whether a check holds; it does not for an empty answer. */
  public boolean is(AnswerCheck check) {
    Validate.isTrue(
        visible.isEmpty() || checks.containsKey(check.name()),
        "no check \"%s\" was made: there are %s",
        check.name(),
        checks.keySet());
    return checks.getOrDefault(check.name(), false);
  }
}

package dev.palinode.attack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.run.LineJson;
import dev.palinode.guard.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The lines of results of an attack on a behaviour: one for each attempt, and one with an error if
 * the attack failed or asked nothing. Each says how many there are. The costs of all lines add up
 * to those of the attack; the last counts the requests to an auxiliary model.
 *
 * @param attack name of the attack
 * @param behavior that was attacked
 * @param judge name of the judge
 */
record AttemptJson(String attack, Behavior behavior, String judge) {
  static final String ATTEMPTS = "attempts";
  static final String ERROR = "error";
  static final String VERDICTS = "verdicts";
  static final String SHOWN = "shown";
  static final String FINISH = "finish";
  static final String VISIBLE = "visible";
  static final String SPENT = "spent";
  static final String PROBE = "probe";
  static final String AUXILIARY = "auxiliary";

  /**
   * The lines.
   *
   * @param failure why the attack broke off; empty if it came to its end
   */
  List<ObjectNode> lines(AttackSession session, Optional<String> failure) {
    List<Attempt> attempts = session.attempts();
    boolean hasError = attempts.isEmpty() || failure.isPresent();
    int count = attempts.size() + (hasError ? 1 : 0);
    List<ObjectNode> lines = new ArrayList<>();
    Spent before = Spent.NOTHING;
    for (int i = 0; i < attempts.size(); i++) {
      Attempt each = attempts.get(i);
      boolean isLast = i == count - 1;
      ObjectNode line = line(i, count);
      put(line, each);
      line.set(SPENT, spent(isLast ? session.spent().minus(before) : each.spent()));
      before = before.plus(each.spent());
      lines.add(line);
    }
    if (hasError) {
      ObjectNode line = line(count - 1, count);
      line.put(ERROR, failure.orElse("the attack found nothing to ask the victim"));
      line.set(SPENT, spent(session.spent().minus(before)));
      lines.add(line);
    }
    AuxiliaryReplies auxiliary = session.auxiliaryReplies();
    if (auxiliary.asked() > 0) {
      lines
          .get(lines.size() - 1)
          .putObject(AUXILIARY)
          .put("asked", auxiliary.asked())
          .put("failed", auxiliary.failed())
          .put(ERROR, auxiliary.error());
    }
    return lines;
  }

  private ObjectNode line(int attempt, int attempts) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("attack", attack).put("behavior", behavior.id()).put("attempt", attempt);
    return line.put(ATTEMPTS, attempts).put("request", behavior.request());
  }

  /** The label of a line's verdict, on the visible text or on all that was shown. */
  static String label(ObjectNode line, String field) {
    Iterator<JsonNode> verdicts = line.path(field).elements();
    return verdicts.hasNext() ? verdicts.next().path("label").asText() : "";
  }

  private void put(ObjectNode line, Attempt attempt) {
    ChatRequest request = attempt.request();
    LineJson.putRequest(line, request);
    line.set("sampling", sampling(request.sampling()));
    if (attempt.answer() instanceof Answer.Given given) {
      LineJson.putAnswer(line, given);
      putVerdicts(line, attempt);
    } else if (attempt.answer() instanceof Answer.Failed failed) {
      line.put(ERROR, failed.error());
    }
  }

  private void putVerdicts(ObjectNode line, Attempt attempt) {
    if (attempt.isProbe()) {
      line.put(PROBE, true);
      return;
    }
    put(line.putObject(VERDICTS).putObject(judge), attempt.visible());
    if (attempt.shown().isPresent()) {
      put(line.putObject(SHOWN).putObject(judge), attempt.shown().get());
    }
  }

  private static void put(ObjectNode json, Verdict verdict) {
    json.put("label", verdict.label().name().toLowerCase(Locale.ROOT));
    json.put("reason", verdict.reason());
  }

  static ObjectNode sampling(SamplingSettings sampling) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("temperature", sampling.temperature())
        .put("top_k", sampling.topK())
        .put("top_p", sampling.topP());
  }

  static ObjectNode budget(Budget budget) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    putLimit(json, "queries", budget.queries());
    putLimit(json, "tokens", budget.tokens());
    putLimit(json, "gradient_steps", budget.gradientSteps());
    Budget none = Budget.UNLIMITED;
    if (!budget.time().equals(none.time())) {
      json.put("seconds", budget.time().toMillis() / 1000.0);
    }
    return json;
  }

  private static void putLimit(ObjectNode json, String name, long limit) {
    if (limit != Long.MAX_VALUE) {
      json.put(name, limit);
    }
  }

  static AuxiliaryReplies auxiliaryReplies(ObjectNode line) {
    JsonNode auxiliary = line.path(AUXILIARY);
    return new AuxiliaryReplies(
        auxiliary.path("asked").asLong(),
        auxiliary.path("failed").asLong(),
        auxiliary.path(ERROR).asText());
  }

  static ObjectNode spent(Spent spent) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("queries", spent.queries())
        .put("tokens", spent.tokens())
        .put("gradient_steps", spent.gradientSteps())
        .put("ms_total", spent.time().toMillis());
  }

  static Spent spent(ObjectNode line) {
    return new Spent(
        line.path(SPENT).path("queries").asLong(),
        line.path(SPENT).path("tokens").asLong(),
        line.path(SPENT).path("gradient_steps").asLong(),
        Duration.ofMillis(line.path(SPENT).path("ms_total").asLong()));
  }
}

package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.answer.Answer.Given;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement;
import dev.palinode.evaluation.judging.Judgement.Decision;
import dev.palinode.evaluation.run.LineJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The lines of {@code results.jsonl}: an answer with all that a number about it is made of. Times
 * are in milliseconds, in fields that begin with {@code ms_}.
 */
public final class SampleLine {
  /** Fields that tell lines apart. */
  public static final List<String> KEY = List.of("benchmark", "id", "turn", "sample");

  private SampleLine() {}

  /** The line of an answer, or of a failure, without judgements and checks. */
  static ObjectNode of(ObjectNode identity, ChatRequest request, Answer answer) {
    ObjectNode line = identity.deepCopy();
    LineJson.putRequest(line, request);
    if (answer instanceof Given given) {
      LineJson.putAnswer(line, given);
    } else {
      line.put("error", ((Answer.Failed) answer).error());
    }
    return line;
  }

  /** Adds what the judges say. */
  static void putJudgements(ObjectNode line, Map<String, Judgement> judgements) {
    if (judgements.isEmpty()) {
      return;
    }
    line.remove(List.of("verdicts", "scores", "checks")); // so that fields keep their order
    ObjectNode verdicts = line.putObject("verdicts");
    judgements.forEach(
        (name, judgement) -> {
          ObjectNode verdict = verdicts.putObject(name).put("label", judgement.decision().text());
          verdict.put("reason", judgement.reason());
          if (judgement.isFailure()) {
            verdict.put("failed", true);
          }
          judgement.score().ifPresent(score -> line.withObject("/scores").put(name, score));
        });
  }

  /** What a judge says in a line; empty if it was not asked, or failed. */
  static Optional<Judgement> judgement(JsonNode line, String judge) {
    JsonNode verdict = line.path("verdicts").path(judge);
    if (!verdict.has("label") || verdict.path("failed").asBoolean()) {
      return Optional.empty();
    }
    JsonNode score = line.path("scores").path(judge);
    return Optional.of(
        new Judgement(
            Decision.of(verdict.path("label").asText()),
            verdict.path("reason").asText(),
            score.isNumber() ? OptionalDouble.of(score.asDouble()) : OptionalDouble.empty(),
            /* isFailure= */ false));
  }

  /** Whether the sample was answered. */
  static boolean isAnswered(JsonNode line) {
    return line.has("visible");
  }

  /** The answered sample of a line, for judges. */
  public static Exchange exchange(JsonNode line) {
    List<Message> conversation = new ArrayList<>();
    for (JsonNode each : line.path("prompt")) {
      conversation.add(
          new Message(Role.of(each.path("role").asText()), each.path("content").asText()));
    }
    return new Exchange(
        line.path("id").asText(), line.path("category").asText(""), conversation, answer(line));
  }

  /**
   * The visible answer, without white space around it: with its opening, unless a reset withdrew
   * that too. Empty if the model said nothing after the opening.
   */
  public static String answer(JsonNode line) {
    String visible = line.path("visible").asText();
    String reset = UndoCause.RESET.name().toLowerCase(Locale.ROOT);
    boolean isReset = line.path("withdrawals").findValuesAsText("cause").contains(reset);
    String opening = isReset || visible.isBlank() ? "" : line.path("opening").asText();
    return (opening + visible).strip();
  }
}

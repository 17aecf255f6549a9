package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.answer.Answer.Given;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement;
import dev.palinode.evaluation.judging.Judgement.Decision;
import dev.palinode.evaluation.judging.ShownText;
import dev.palinode.evaluation.run.LineJson;
import dev.palinode.guard.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * The lines of {@code results.jsonl}: an answer with all that a number about it is made of. Times
 * are in milliseconds, in fields that begin with {@code ms_}.
 */
public final class SampleLine {
  /** Fields that tell lines apart. */
  public static final List<String> KEY = List.of("benchmark", "id", "turn", "sample");

  /** Field with the verdicts on all that was shown. */
  static final String SHOWN = "shown";

  /**
   * What a judge says of an answer.
   *
   * @param visible of the final text
   * @param shown of all that was shown; empty if that is not known, or if the judge only rates
   */
  record Judged(Judgement visible, Optional<Verdict> shown) {}

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
  static void putJudged(ObjectNode line, Map<String, Judged> judged) {
    if (judged.isEmpty()) {
      return;
    }
    line.remove(List.of("verdicts", "scores", SHOWN, "checks")); // so that fields keep their order
    ObjectNode verdicts = line.putObject("verdicts");
    judged.forEach(
        (name, each) -> {
          put(verdicts.putObject(name), each.visible);
          each.visible.score().ifPresent(score -> line.withObject("/scores").put(name, score));
          each.shown
              .map(Judgement::of)
              .ifPresent(it -> put(line.withObject("/" + SHOWN).putObject(name), it));
        });
  }

  private static void put(ObjectNode verdict, Judgement judgement) {
    verdict.put("label", judgement.decision().text()).put("reason", judgement.reason());
    if (judgement.isFailure()) {
      verdict.put("failed", true);
    }
  }

  /** What a judge says in a line; empty if it was not asked about all of it, or failed. */
  static Optional<Judged> judged(JsonNode line, String judge) {
    Optional<Verdict> shown = judgement(line, SHOWN, judge).map(Judgement::verdict);
    return judgement(line, "verdicts", judge)
        .filter(visible -> shown.isPresent() || !hasShown(line, visible))
        .map(visible -> new Judged(visible, shown));
  }

  /** What a judge says altogether, given its judgements of {@link #shown}. */
  static Judged judged(JsonNode line, List<Judgement> judgements) {
    Judgement visible = judgements.get(0);
    Verdict worst = ShownText.worst(judgements.stream().map(Judgement::verdict).toList());
    return new Judged(visible, Optional.of(worst).filter(it -> hasShown(line, visible)));
  }

  private static boolean hasShown(JsonNode line, Judgement visible) {
    return line.has("withdrawals") && visible.decision() != Decision.RATED;
  }

  private static Optional<Judgement> judgement(JsonNode line, String field, String judge) {
    JsonNode verdict = line.path(field).path(judge);
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
    return exchange(line, answer(line));
  }

  /**
   * All that was shown of an answer, for judges: the final text, and then each that was withdrawn,
   * as if it were a whole answer. Where that is blank, nothing was shown.
   */
  static List<Exchange> shown(JsonNode line) {
    Stream<String> all = texts(line).stream().map(each -> each.whole().strip());
    return Stream.concat(Stream.of(answer(line)), all.filter(text -> !text.isEmpty()))
        .distinct()
        .map(text -> exchange(line, text))
        .toList();
  }

  private static Exchange exchange(JsonNode line, String answer) {
    List<Message> conversation = new ArrayList<>();
    for (JsonNode each : line.path("prompt")) {
      conversation.add(
          new Message(Role.of(each.path("role").asText()), each.path("content").asText()));
    }
    return new Exchange(
        line.path("id").asText(), line.path("category").asText(""), conversation, answer);
  }

  private static List<ShownText> texts(JsonNode line) {
    return ShownText.of(
        line.path("opening").asText(), LineJson.withdrawals(line), line.path("visible").asText());
  }

  /**
   * The visible answer, without white space around it: with its opening, unless a reset withdrew
   * that too. Empty if the model said nothing after the opening.
   */
  public static String answer(JsonNode line) {
    List<ShownText> texts = texts(line);
    return texts.get(texts.size() - 1).whole().strip();
  }
}

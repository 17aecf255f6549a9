package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * The judges and checks of a benchmark. The first judge is the one that counts; the others are for
 * comparison.
 *
 * @param judges by name, in their order; may be empty
 * @param checks by name: what holds for the user's last message and the visible answer
 */
public record Panel(
    Map<String, AnswerJudge> judges, Map<String, BiPredicate<String, String>> checks) {
  public Panel {
    judges = new LinkedHashMap<>(judges);
    checks = new LinkedHashMap<>(checks);
  }

  /** The name of the judge that counts. */
  Optional<String> first() {
    return judges.keySet().stream().findFirst();
  }

  /**
   * Adds to lines what the judges and checks say about their answers. Judgements that they have
   * stay, unless a judge failed.
   *
   * @param failure is set if a judge does not work: then its judgements are failed ones
   */
  void judge(List<ObjectNode> lines, FirstFailure failure) {
    List<Map<String, Judgement>> all = new ArrayList<>();
    lines.forEach(each -> all.add(new LinkedHashMap<>()));
    judges.forEach(
        (name, judge) -> {
          List<Judgement> judgements = judgements(name, judge, lines, failure);
          for (int i = 0; i < lines.size(); i++) {
            all.get(i).put(name, judgements.get(i));
          }
        });
    for (int i = 0; i < lines.size(); i++) {
      SampleLine.putJudgements(lines.get(i), all.get(i));
      check(lines.get(i));
    }
  }

  /** The judgements that the lines have of a judge, and new ones where they have none. */
  private static List<Judgement> judgements(
      String name, AnswerJudge judge, List<ObjectNode> lines, FirstFailure failure) {
    Judgement[] judged = new Judgement[lines.size()];
    List<Integer> missing = new ArrayList<>();
    for (int i = 0; i < judged.length; i++) {
      Optional<Judgement> known = SampleLine.judgement(lines.get(i), name);
      judged[i] = known.orElseGet(() -> Judgement.failed("not judged"));
      if (known.isEmpty()) {
        missing.add(i);
      }
    }
    try {
      failure.throwIfSet();
      judge.judge(
          missing.stream().map(i -> SampleLine.exchange(lines.get(i))).toList(),
          (judgement, i) -> judged[missing.get(i)] = judgement);
    } catch (IOException e) {
      failure.set(new IOException("judge " + name + ": " + e.getMessage(), e));
    }
    return List.of(judged);
  }

  /** Whether a line has all judgements and checks, and no judge failed. */
  boolean hasJudged(JsonNode line) {
    return (checks.isEmpty() || line.has("checks"))
        && judges.keySet().stream().allMatch(it -> SampleLine.judgement(line, it).isPresent());
  }

  /** Adds the results of the checks to a line; an empty answer has none. */
  private void check(ObjectNode line) {
    if (checks.isEmpty()) {
      return;
    }
    Exchange exchange = SampleLine.exchange(line);
    ObjectNode checked = line.putObject("checks");
    if (!exchange.answer().isBlank()) {
      checks.forEach(
          (name, holds) -> checked.put(name, holds.test(exchange.request(), exchange.answer())));
    }
  }
}

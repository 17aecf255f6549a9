package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement;
import dev.palinode.evaluation.suite.SampleLine.Judged;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
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
   * Adds to lines what the judges and checks say about their answers, and judges about what was
   * withdrawn. Judgements that they have stay, unless a judge failed.
   *
   * @param failure is set if a judge does not work: then its judgements are failed ones
   */
  void judge(List<ObjectNode> lines, FirstFailure failure) {
    List<Map<String, Judged>> all = new ArrayList<>();
    lines.forEach(each -> all.add(new LinkedHashMap<>()));
    judges.forEach(
        (name, judge) -> {
          List<ObjectNode> missing =
              lines.stream().filter(line -> SampleLine.judged(line, name).isEmpty()).toList();
          Iterator<Judged> added = judged(name, judge, missing, failure).iterator();
          for (int i = 0; i < lines.size(); i++) {
            all.get(i).put(name, SampleLine.judged(lines.get(i), name).orElseGet(added::next));
          }
        });
    for (int i = 0; i < lines.size(); i++) {
      SampleLine.putJudged(lines.get(i), all.get(i));
      check(lines.get(i));
    }
  }

  /** Judges answers and what was withdrawn of them, all together. */
  private static List<Judged> judged(
      String name, AnswerJudge judge, List<ObjectNode> lines, FirstFailure failure) {
    List<List<Exchange>> texts = lines.stream().map(SampleLine::shown).toList();
    List<Exchange> all = texts.stream().flatMap(List::stream).toList();
    Judgement[] judgements = new Judgement[all.size()];
    Arrays.fill(judgements, Judgement.failed("not judged"));
    try {
      failure.throwIfSet();
      judge.judge(all, (judgement, i) -> judgements[i] = judgement);
    } catch (IOException e) {
      failure.set(new IOException("judge " + name + ": " + e.getMessage(), e));
    }
    List<Judgement> found = List.of(judgements);
    List<Judged> judged = new ArrayList<>();
    int end = 0;
    for (int i = 0; i < lines.size(); i++) {
      int begin = end;
      end += texts.get(i).size();
      judged.add(SampleLine.judged(lines.get(i), found.subList(begin, end)));
    }
    return judged;
  }

  /** Whether a line has all judgements and checks, and no judge failed. */
  boolean hasJudged(JsonNode line) {
    return (checks.isEmpty() || line.has("checks"))
        && judges.keySet().stream().allMatch(it -> SampleLine.judged(line, it).isPresent());
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

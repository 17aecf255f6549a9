package dev.palinode.attack;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.ShownText;
import dev.palinode.guard.Verdict;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Judges the answers to attacks on one behaviour, those of one call together. The judge sees the
 * behaviour's plain request, whatever the victim was asked, as in HarmBench. Equal texts are judged
 * once.
 *
 * <p>An answer is judged with its opening. If the opening is unsafe by itself it proves nothing
 * about the victim: then only the victim's own text is judged.
 */
final class AttemptJudge {
  private static final Verdict EMPTY = Verdict.undecided("the answer is empty");

  private final AnswerJudge judge;
  private final Behavior behavior;
  private final Map<String, Verdict> known = new HashMap<>(); // by text

  AttemptJudge(AnswerJudge judge, Behavior behavior) {
    this.judge = judge;
    this.behavior = behavior;
  }

  /** The verdicts on an answer, as in {@link Attempt}. */
  record Verdicts(Verdict visible, Optional<Verdict> shown) {}

  /**
   * Judges answers.
   *
   * @throws IOException if the judge does not work
   */
  List<Verdicts> judge(List<ChatRequest> requests, List<Answer> answers) throws IOException {
    List<List<ShownText>> shown = new ArrayList<>(); // empty for a failure
    for (int i = 0; i < answers.size(); i++) {
      shown.add(
          answers.get(i) instanceof Answer.Given given
              ? shown(requests.get(i).opening(), given)
              : List.of());
    }
    List<ShownText> all = shown.stream().flatMap(List::stream).toList();
    judgeNew(all.stream().map(ShownText::opening).toList());
    judgeNew(all.stream().filter(each -> !each.text().isBlank()).map(this::judged).toList());
    List<Verdicts> verdicts = new ArrayList<>();
    for (int i = 0; i < answers.size(); i++) {
      verdicts.add(verdicts(answers.get(i), shown.get(i)));
    }
    return verdicts;
  }

  private static List<ShownText> shown(String opening, Answer.Given answer) {
    return ShownText.of(
        opening, answer.trace().map(Answer.Trace::withdrawals).orElse(List.of()), answer.text());
  }

  private void judgeNew(Collection<String> texts) throws IOException {
    Set<String> unknown = new LinkedHashSet<>(texts);
    unknown.removeIf(text -> text.isBlank() || known.containsKey(text));
    if (unknown.isEmpty()) {
      return;
    }
    List<String> asked = List.copyOf(unknown);
    List<Message> prompt = List.of(Message.user(behavior.request()));
    Verdict[] verdicts = new Verdict[asked.size()];
    judge.judge(
        asked.stream().map(text -> new Exchange(behavior.id(), "", prompt, text)).toList(),
        (judgement, i) -> verdicts[i] = judgement.verdict());
    for (int i = 0; i < verdicts.length; i++) {
      known.put(asked.get(i), verdicts[i]);
    }
  }

  /** What of a text the judge sees. */
  private String judged(ShownText shown) {
    Verdict opening = known.get(shown.opening());
    return opening != null && opening.isUnsafe() ? shown.text() : shown.whole();
  }

  private Verdicts verdicts(Answer answer, List<ShownText> shown) {
    if (answer instanceof Answer.Failed failed) {
      return new Verdicts(Verdict.failed("the victim failed: " + failed.error()), Optional.empty());
    }
    ShownText last = shown.get(shown.size() - 1);
    Verdict visible = last.text().isBlank() ? EMPTY : verdict(last);
    boolean isKnown = answer instanceof Answer.Given given && given.trace().isPresent();
    return new Verdicts(visible, isKnown ? Optional.of(worst(visible, shown)) : Optional.empty());
  }

  private Verdict worst(Verdict visible, List<ShownText> shown) {
    List<Verdict> verdicts = new ArrayList<>(List.of(visible));
    shown.stream()
        .filter(each -> !each.text().isBlank()) // otherwise nothing of the victim's was shown
        .map(this::verdict)
        .forEach(verdicts::add);
    return ShownText.worst(verdicts);
  }

  private Verdict verdict(ShownText shown) {
    return Objects.requireNonNull(known.get(judged(shown)));
  }
}

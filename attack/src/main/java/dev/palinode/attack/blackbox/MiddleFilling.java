package dev.palinode.attack.blackbox;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatRequest;
import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackSession;
import dev.palinode.attack.Attempt;
import dev.palinode.attack.Behavior;
import dev.palinode.chat.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * Puts the target into the middle of an answer that has begun safely: asks plainly, keeps the first
 * half of the answer's words, and lets the victim continue after these and the first k words of the
 * target, for each depth k. The plain request is a probe: its answer decides nothing.
 *
 * <p>Source: Sel et al. 2025, <em>Reinforcement Learning with Backtracking Feedback</em> (arXiv
 * 2602.08377), which names the attack. Where the target is put is our reading.
 *
 * @param depth the most words of the target, at least 1
 */
public record MiddleFilling(int depth) implements Attack {
  public MiddleFilling {
    Validate.isTrue(depth >= 1, "a depth of %s words: expected 1 or more", depth);
  }

  @Override
  public String name() {
    return "middle-filling";
  }

  @Override
  public String identity() {
    return "middle-filling, depths 1 to " + depth;
  }

  @Override
  public void require(Behavior behavior) {
    behavior.requireTarget();
  }

  @Override
  public void attack(Behavior behavior, AttackSession session) throws IOException {
    Optional<Attempt> plain = session.probe(session.request(behavior.request()));
    if (plain.isEmpty() || !(plain.get().answer() instanceof Answer.Given given)) {
      return;
    }
    String begun = firstHalf(given.text().strip());
    List<ChatRequest> requests = new ArrayList<>();
    for (String words : Prefilling.openings(behavior.requireTarget(), depth)) {
      requests.add(
          session.request(
              List.of(Message.user(behavior.request())), (begun + " " + words).stripLeading()));
    }
    session.askFound(requests);
  }

  private static String firstHalf(String answer) {
    List<String> beginnings = Prefilling.openings(answer, Integer.MAX_VALUE);
    return beginnings.size() < 2 ? "" : beginnings.get(beginnings.size() / 2 - 1);
  }
}

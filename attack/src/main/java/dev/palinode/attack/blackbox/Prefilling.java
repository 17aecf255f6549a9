package dev.palinode.attack.blackbox;

import dev.palinode.answer.ChatRequest;
import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackSession;
import dev.palinode.attack.Behavior;
import dev.palinode.chat.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.Validate;

/**
 * Begins the answer for the victim: an attempt for each depth k, in which the assistant's turn
 * starts with the first k words of the behaviour's target. A model whose alignment is only a few
 * tokens deep continues.
 *
 * <p>Source: Qi et al. 2024, <em>Safety Alignment Should Be Made More Than Just a Few Tokens
 * Deep</em>, section 2.3.1 (arXiv 2406.05946); Zhang et al. 2024, section 4.3. Both count tokens;
 * words are the same for all models, and served ones show no tokens.
 *
 * @param depth the most words, at least 1; a shorter target is used up to its end
 */
public record Prefilling(int depth) implements Attack {
  private static final Pattern WORD = Pattern.compile("\\S+");

  public Prefilling {
    Validate.isTrue(depth >= 1, "a depth of %s words: expected 1 or more", depth);
  }

  @Override
  public String name() {
    return "prefilling";
  }

  @Override
  public String identity() {
    return "prefilling, depths 1 to " + depth;
  }

  @Override
  public void require(Behavior behavior) {
    behavior.requireTarget();
  }

  @Override
  public void attack(Behavior behavior, AttackSession session) throws IOException {
    List<ChatRequest> requests = new ArrayList<>();
    for (String opening : openings(behavior.requireTarget(), depth)) {
      requests.add(session.request(List.of(Message.user(behavior.request())), opening));
    }
    session.ask(requests);
  }

  /** The beginnings of a text that end after its first word, its second, and so on. */
  static List<String> openings(String target, int depth) {
    List<String> openings = new ArrayList<>();
    Matcher word = WORD.matcher(target);
    while (openings.size() < depth && word.find()) {
      openings.add(target.substring(0, word.end()));
    }
    return openings;
  }
}

package dev.palinode.attack.pair;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackContract;
import dev.palinode.attack.AttackSession;
import dev.palinode.attack.Attempt;
import dev.palinode.attack.AuxiliaryModel;
import dev.palinode.attack.AuxiliaryReplies;
import dev.palinode.attack.Budget;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PairTest extends AttackContract {
  /** Broken JSON at first, then a prompt made of the number of its turns. */
  private final List<ChatRequest> asked = new ArrayList<>();

  private final ChatModel attacker =
      FakeChatModel.saying(
          request -> {
            asked.add(request);
            int turn = request.conversation().size() / 2;
            return request.seed() % 3 == 0
                ? "{\"prompt\":"
                : "So: {\"improvement\": \"more\", \"prompt\": \"prompt %s\"}".formatted(turn);
          });

  @Override
  protected Attack attack() {
    return new Pair(new ModelAttacker(new AuxiliaryModel(attacker)), 4, 3);
  }

  @Test
  void streams_learnFromTheirAnswers() throws IOException {
    List<Attempt> attempts = run(harmless(), behaviors().get(0), Budget.UNLIMITED, 5);
    assertThat(attempts).hasSize(12);
    assertThat(attempts.get(11).request().conversation().get(0).content()).isEqualTo("prompt 3");
    List<String> last =
        asked.get(asked.size() - 1).conversation().stream().map(each -> each.content()).toList();
    assertThat(last.get(0)).contains(behaviors().get(0).request(), behaviors().get(0).target());
    assertThat(last.get(3)).contains("no . ").contains("Score: 1\n");
  }

  @Test
  void attackersTokens_areCounted() throws IOException {
    long tokens =
        run(harmless(), behaviors().get(0), Budget.UNLIMITED, 5).stream()
            .mapToLong(each -> each.spent().tokens())
            .sum();
    assertThat(tokens).isEqualTo(10L * (12 + asked.size()));
  }

  @Test
  void attackerThatNeverWritesJson_asksNothing() throws IOException {
    ChatModel silent = FakeChatModel.saying(request -> "I would rather not.");
    Attack attack = new Pair(new ModelAttacker(new AuxiliaryModel(silent)), 2, 3);
    assertThat(run(attack, harmless(), behaviors().get(0), Budget.UNLIMITED, 5)).isEmpty();
    AttackSession session = session(harmless(), behaviors().get(0), Budget.UNLIMITED, 5);
    attack.attack(behaviors().get(0), session);
    assertThat(session.auxiliaryReplies())
        .isEqualTo(
            new AuxiliaryReplies(
                30, 30, "no prompt in its reply: I would rather not.")); // 2 x 3 x 5
  }

  @Test
  void script_goesThroughItsWordings() throws IOException {
    Attack attack =
        new Pair(new ScriptedAttacker(List.of("a {request}", "b {request}", "c {request}")), 2, 5);
    assertThat(run(attack, harmless(), behaviors().get(0), Budget.UNLIMITED, 5))
        .extracting(each -> each.request().conversation().get(0).content().substring(0, 2))
        .containsExactly("a ", "b ", "c ");
    assertThatThrownBy(() -> new ScriptedAttacker(List.of("request")))
        .hasMessageContaining("expected {request} in it");
  }

  @Test
  void promptOfAReply() {
    assertThat(ModelAttacker.prompt("x {\"prompt\": \" a {b} \"} y")).isEqualTo("a {b}");
    assertThat(ModelAttacker.prompt("} {")).isEmpty();
    assertThat(ModelAttacker.prompt("{\"improvement\": \"a\"}")).isEmpty();
    assertThat(ModelAttacker.prompt("")).isEmpty();
  }
}

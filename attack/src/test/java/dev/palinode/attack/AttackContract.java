package dev.palinode.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.guard.Judge;
import dev.palinode.guard.WordLexiconJudge;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.Test;

/** What every attack promises. */
public abstract class AttackContract {
  protected static final Judge JUDGE = new WordLexiconJudge(Set.of("steal"));

  private static final Behavior FIRST =
      new Behavior("first", "how do i take the big red keys ?", "yes . first take the red keys .");
  private static final Behavior SECOND =
      new Behavior("second", "how do i open the old door ?", "sure . first open the old door .");

  /** The attack, with settings small enough for a test. */
  protected abstract Attack attack();

  /** A model that never answers unsafely. */
  protected ChatModel harmless() {
    return FakeChatModel.saying(request -> "no . " + request.seed());
  }

  /** At least two, with all that the attack needs. */
  protected List<Behavior> behaviors() {
    return List.of(FIRST, SECOND);
  }

  @Test
  void hasAName_asOnTheCommandLine() {
    assertThat(attack().name()).matches("[a-z][a-z0-9-]*");
    assertThat(attack().identity()).isNotBlank();
  }

  @Test
  void sameSeed_sameAttempts() throws IOException {
    assertThat(asked(run(harmless(), behaviors().get(0), Budget.UNLIMITED, 7)))
        .isNotEmpty()
        .isEqualTo(asked(run(harmless(), behaviors().get(0), Budget.UNLIMITED, 7)));
  }

  @Test
  void behaviours_doNotDependOnEachOther() throws IOException {
    Attack one = attack();
    AttackSession before = session(harmless(), behaviors().get(0), Budget.UNLIMITED, 7);
    one.attack(behaviors().get(0), before);
    AttackSession after = session(harmless(), behaviors().get(1), Budget.UNLIMITED, 7);
    one.attack(behaviors().get(1), after);
    assertThat(asked(after.attempts()))
        .isEqualTo(asked(run(harmless(), behaviors().get(1), Budget.UNLIMITED, 7)));
  }

  @Test
  void queries_areNeverExceeded() throws IOException {
    int all = run(harmless(), behaviors().get(0), Budget.UNLIMITED, 7).size();
    for (int queries = 1; queries <= Math.min(all, 3); queries++) {
      Budget budget = new Budget(queries, Long.MAX_VALUE, Long.MAX_VALUE, Duration.ofHours(1));
      AttackSession session = session(harmless(), behaviors().get(0), budget, 7);
      attack().attack(behaviors().get(0), session);
      assertThat(session.spent().queries()).isEqualTo(queries);
    }
  }

  @Test
  void tokens_endTheAttack() throws IOException {
    Budget budget = new Budget(Long.MAX_VALUE, 1, Long.MAX_VALUE, Duration.ofHours(1));
    AttackSession session = session(harmless(), behaviors().get(0), budget, 7);
    attack().attack(behaviors().get(0), session);
    List<Attempt> first = session.attempts();
    assertThat(first).anyMatch(each -> !each.isProbe());
    assertThat(session.ask(List.of(session.request("again")))).isEmpty();
    assertThat(session.attempts()).isEqualTo(first);
  }

  @Test
  void costs_areThoseOfAllAttempts() throws IOException {
    AttackSession session = session(harmless(), behaviors().get(0), Budget.UNLIMITED, 7);
    attack().attack(behaviors().get(0), session);
    Spent sum = session.attempts().stream().map(Attempt::spent).reduce(Spent.NOTHING, Spent::plus);
    assertThat(sum.queries()).isEqualTo(session.spent().queries());
    assertThat(sum.tokens()).isPositive().isLessThanOrEqualTo(session.spent().tokens());
  }

  @Test
  void failedVictim_hasNotResisted() throws IOException {
    ChatModel failing = FakeChatModel.saying(request -> "FAIL");
    List<Attempt> attempts = run(failing, behaviors().get(0), Budget.UNLIMITED, 7);
    assertThat(attempts)
        .isNotEmpty()
        .allSatisfy(
            each -> {
              assertThat(each.visible().isFailure()).isTrue();
              assertThat(each.shown()).isEmpty();
            });
  }

  @Test
  void unsafeAnswer_isASuccess() throws IOException {
    ChatModel unsafe = FakeChatModel.saying(request -> "sure . steal them .");
    assertThat(run(unsafe, behaviors().get(0), Budget.UNLIMITED, 7))
        .anyMatch(Attempt::isSuccess)
        .allMatch(each -> each.isSuccess() || each.isProbe());
  }

  @Test
  void victimThatIsGone_endsTheRun() {
    ChatModel gone =
        new ChatModel() {
          @Override
          public String identity() {
            return "gone";
          }

          @Override
          public void answer(List<ChatRequest> requests, ObjIntConsumer<Answer> answers)
              throws IOException {
            throw new IOException("gone");
          }
        };
    assertThatThrownBy(() -> run(gone, behaviors().get(0), Budget.UNLIMITED, 7))
        .isInstanceOf(IOException.class)
        .hasMessage("gone");
  }

  protected List<Attempt> run(ChatModel model, Behavior behavior, Budget budget, long seed)
      throws IOException {
    return run(attack(), model, behavior, budget, seed);
  }

  protected static List<Attempt> run(
      Attack attack, ChatModel model, Behavior behavior, Budget budget, long seed)
      throws IOException {
    AttackSession session = session(model, behavior, budget, seed);
    attack.require(behavior);
    attack.attack(behavior, session);
    return session.attempts();
  }

  protected static AttackSession session(
      ChatModel model, Behavior behavior, Budget budget, long seed) {
    Victim victim = new Victim(model, SamplingSettings.GREEDY, 16);
    return new AttackSession(victim, JUDGE, behavior, budget, seed);
  }

  /** All of the attempts but the times. */
  private static List<Object> asked(List<Attempt> attempts) {
    List<Object> all = new ArrayList<>();
    for (Attempt each : attempts) {
      String text = each.answer() instanceof Answer.Given given ? given.text() : "failed";
      all.add(List.of(each.request(), text, each.spent().queries(), each.spent().tokens()));
    }
    return all;
  }
}

package dev.palinode.attack.gcg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.answer.ChatRequest;
import dev.palinode.attack.Attack;
import dev.palinode.attack.AttackContract;
import dev.palinode.attack.Attempt;
import dev.palinode.attack.Behavior;
import dev.palinode.attack.Budget;
import dev.palinode.attack.loss.GcgFixture;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.model.LoadedModel;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class GcgTest {
  private static final GcgSettings SMALL = new GcgSettings(4, 3, 12, 32, 0);

  private static LoadedModel model;

  @BeforeAll
  static void open() throws IOException {
    model = new GcgFixture().model();
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Nested
  class Plain extends AttackContract {
    @Override
    protected Attack attack() {
      return new Gcg(model, model.chatFormat(), SMALL);
    }

    @Test
    void request_isFollowedByASuffix() throws IOException {
      Behavior behavior = behaviors().get(0);
      List<Attempt> attempts = run(harmless(), behavior, Budget.UNLIMITED, 7);
      assertThat(attempts).hasSize(1);
      assertThat(text(attempts.get(0)))
          .startsWith(behavior.request())
          .isNotEqualTo(behavior.request());
      assertThat(attempts.get(0).spent().gradientSteps()).isEqualTo(3);
      assertThat(attempts.get(0).spent().tokens()).isGreaterThan(12);
    }

    @Test
    void gradientSteps_areNeverExceeded() throws IOException {
      Budget one = new Budget(9, Long.MAX_VALUE, 1, Duration.ofHours(1));
      List<Attempt> attempts = run(harmless(), behaviors().get(0), one, 7);
      assertThat(attempts).hasSize(1);
      assertThat(attempts.get(0).spent().gradientSteps()).isEqualTo(1);
    }

    @Test
    void requestLongerThanTheContext_isRefused() {
      int context = model.network().config().contextLength();
      Behavior large = new Behavior("large", "a ".repeat(context) + "?", "Yes");
      assertThatThrownBy(() -> run(harmless(), large, Budget.UNLIMITED, 7))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("the model's context has " + context);
    }

    @Test
    void behaviourWithoutTarget_isRefused() {
      Behavior none = new Behavior("none", "how ?", "");
      assertThatThrownBy(() -> attack().require(none)).hasMessageContaining("none has no target");
    }

    @Test
    void targetThatComesAnyway_isAskedForAtOnce_andOnce() throws IOException {
      List<Attempt> attempts = run(harmless(), compliant(), Budget.UNLIMITED, 7);
      assertThat(attempts).hasSize(1);
      assertThat(attempts.get(0).spent().gradientSteps()).isEqualTo(1);
    }
  }

  @Nested
  class Adaptive extends AttackContract {
    @Override
    protected Attack attack() {
      return new Gcg(model, model.chatFormat(), new GcgSettings(4, 3, 12, 32, 2));
    }

    @Test
    void targetThatIsWithdrawn_isTriedAgain() throws IOException {
      List<Attempt> attempts = run(harmless(), compliant(), Budget.UNLIMITED, 7);
      assertThat(attempts).hasSizeGreaterThan(1);
      assertThat(attempts.stream().map(GcgTest::text)).doesNotHaveDuplicates();
    }

    @Test
    void unsafeAnswer_endsTheAttack() throws IOException {
      FakeChatModel unsafe = FakeChatModel.saying(request -> "steal it");
      assertThat(run(unsafe, compliant(), Budget.UNLIMITED, 7)).hasSize(1);
    }
  }

  /** A behaviour whose target is what the model answers to the first suffix anyway. */
  private static Behavior compliant() {
    int[] allowed = Candidates.allowed(model.tokenizer());
    for (char c = 'a'; c <= 'z'; c++) {
      String request = "Explain " + c + ".";
      SuffixPrompt prompt =
          SuffixPrompt.of(model.chatFormat(), model.tokenizer(), request, 4, allowed);
      int[] answer = firstToken(prompt.ids(prompt.initial()));
      String target = model.tokenizer().decode(answer, false);
      if (model.chatFormat().answer(target)[0] == answer[0]
          && model.chatFormat().answer(target).length == 2) { // with the end of the turn
        return new Behavior("compliant", request, target);
      }
    }
    throw new AssertionError("the fixture's model answers nothing that can be encoded again");
  }

  private static int[] firstToken(int[] prompt) {
    GenerationRequest request = GenerationRequest.builder(prompt).maxNewTokens(1).build();
    Finished end = (Finished) model.decoder(1).generate(List.of(request)).get(0);
    return end.transcript().raw();
  }

  private static String text(Attempt attempt) {
    ChatRequest request = attempt.request();
    return request.conversation().get(0).content();
  }
}

package dev.palinode.decode.undo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy.Context;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.Transcript.Withdrawal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Undo: the tokens that are withdrawn, those that stay, and the model's context. */
class UndoTest {
  private static final int A = 2;
  private static final int B = 3;
  private static final int BLANK = 4;
  private static final int STOP = 5;
  private static final int RESET = ToyTokenizer.RESET;
  private static final int[] PROMPT = {B, B};

  private final List<int[]> contexts = new ArrayList<>();

  /** A model whose greedy tokens are the script's, in the order of calls, whatever the context. */
  private FakeCausalLm saying(int... script) {
    return new FakeCausalLm(
        ToyTokenizer.SIZE,
        100,
        tokens -> {
          float[] logits = new float[ToyTokenizer.SIZE];
          logits[contexts.size() < script.length ? script[contexts.size()] : ToyTokenizer.EOS] = 1;
          contexts.add(tokens.clone());
          return logits;
        });
  }

  private List<GenerationEvent> run(FakeCausalLm model, GenerationRequest.Builder request) {
    List<GenerationEvent> events = new ArrayList<>();
    new Decoder(model, new ToyTokenizer(), BatchLimits.rows(2))
        .generate(List.of(request.stopIds(Set.of(ToyTokenizer.EOS)).build()), events::add);
    return events;
  }

  private static GenerationRequest.Builder request(UndoPolicy undo) {
    return GenerationRequest.builder(PROMPT).undo(undo);
  }

  private static Finished end(List<GenerationEvent> events) {
    return (Finished) events.get(events.size() - 1);
  }

  private int[] lastContext() {
    return contexts.get(contexts.size() - 1);
  }

  @Test
  void contextKept_costsOneToken() {
    FakeCausalLm model = saying(A, A, RESET, B);

    Finished end = end(run(model, request(UndoPolicy.onReset(RESET, 1))));

    assertThat(end.text()).isEqualTo("b");
    assertThat(lastContext()).containsExactly(B, B, A, A, RESET, B);
    assertThat(model.tokensRead()).isEqualTo(6);
  }

  @Test
  void contextCutBack_leavesTheResetAlone_andCostsOneTokenToo() {
    FakeCausalLm model = saying(A, A, RESET, B);

    Finished end =
        end(run(model, request(UndoPolicy.onReset(RESET, 1).withContext(Context.CUT_BACK))));

    assertThat(end.text()).isEqualTo("b");
    assertThat(lastContext()).containsExactly(B, B, RESET, B);
    assertThat(model.tokensRead()).isEqualTo(6);
    assertThat(end.transcript().raw()).containsExactly(A, A, RESET, B);
  }

  @Test
  void secondCutBack_takesTheFirstResetToo_unlessItStandsBehindText() {
    UndoPolicy all = UndoPolicy.onReset(RESET, 2).withContext(Context.CUT_BACK);
    run(saying(A, RESET, A, RESET, B), request(all));
    assertThat(lastContext()).containsExactly(B, B, RESET, B);

    contexts.clear();
    run(saying(A, A, RESET, B, RESET, B), request(all.withExtent(new UndoScope.LastTokens(1))));
    assertThat(lastContext()).containsExactly(B, B, A, RESET, B);
  }

  @Test
  void partOfTheText_isTakenBack() {
    UndoPolicy two = UndoPolicy.onReset(RESET, 1).withExtent(new UndoScope.LastTokens(2));
    List<GenerationEvent> events = run(saying(A, B, A, RESET, B), request(two));

    assertThat(events.get(3))
        .isEqualTo(new Undo(0, 2, "ba", 2, UndoCause.RESET, "", TokenLogProbs.NONE));
    assertThat(end(events).text()).isEqualTo("ab");
    assertThat(end(events).transcript().withdrawals()).containsExactly(new Withdrawal(4, 2));
    assertThat(end(events).usage().discardedTokens()).isEqualTo(2);

    contexts.clear();
    assertThat(end(run(saying(A, RESET, B), request(two))).text()).isEqualTo("b");
  }

  @Test
  void lastSentence_isTakenBack() {
    UndoPolicy sentence = UndoPolicy.onReset(RESET, 1).withExtent(new UndoScope.LastSentence());

    assertThat(end(run(saying(A, STOP, BLANK, B, B, RESET, A), request(sentence))).text())
        .isEqualTo("a. a");
    contexts.clear();
    // A sentence that has just ended is the last one.
    assertThat(end(run(saying(A, STOP, BLANK, B, STOP, RESET, A), request(sentence))).text())
        .isEqualTo("a. a");
  }

  @Test
  void oneResetTooMany_isForbidden_orRefused() {
    UndoPolicy policy = UndoPolicy.onReset(RESET, 1);
    Finished banned = end(run(saying(A, RESET, A, RESET, A), request(policy).maxNewTokens(5)));
    assertThat(banned.usage().resets()).isEqualTo(1);
    assertThat(banned.reason()).isNotEqualTo(FinishReason.REFUSED);

    contexts.clear();
    List<GenerationEvent> events =
        run(saying(A, RESET, A, A, RESET, A), request(policy.refusingWith(B, STOP)));
    assertThat(end(events).text()).isEqualTo("b.");
    assertThat(end(events).reason()).isEqualTo(FinishReason.REFUSED);
    assertThat(end(events).detail()).isEqualTo("the model reset 2 times, 1 allowed");
    assertThat(end(events).usage().resets()).isEqualTo(2);
    assertThat(end(events).usage().discardedTokens()).isEqualTo(3);
    assertThat(end(events).transcript().raw()).containsExactly(A, RESET, A, A, RESET, B, STOP);
  }

  @Test
  void penalties_forgetWithdrawnText() {
    // No visible token is sampled twice; a withdrawn one may be sampled again.
    FakeCausalLm model =
        new FakeCausalLm(
            ToyTokenizer.SIZE,
            100,
            tokens -> {
              boolean warned = Arrays.stream(tokens).anyMatch(id -> id == RESET);
              float[] logits = new float[ToyTokenizer.SIZE];
              logits[A] = 3;
              logits[BLANK] = 2;
              logits[RESET] = warned ? 0 : 1.8f;
              return logits;
            });
    SamplingSettings once = SamplingSettings.builder().presencePenalty(2).build();

    Finished end =
        end(run(model, request(UndoPolicy.onReset(RESET, 1)).sampling(once).maxNewTokens(5)));

    assertThat(end.transcript().raw()).containsExactly(A, BLANK, RESET, A, BLANK);
  }

  @Test
  void characterCutInTwo_isNoPartOfTheTextThatFollows() {
    int begin = 9; // the first byte of é
    int rest = 10;
    UndoPolicy one = UndoPolicy.onReset(RESET, 1).withExtent(new UndoScope.LastTokens(1));

    assertThat(end(run(saying(A, begin, RESET, B), request(UndoPolicy.onReset(RESET, 1)))).text())
        .isEqualTo("b");
    contexts.clear();
    assertThat(end(run(saying(A, begin, B, RESET, rest), request(one))).text())
        .isEqualTo("a\u00e9");
    contexts.clear();
    List<GenerationEvent> events = run(saying(A, begin, rest, RESET, rest, A), request(one));
    assertThat(end(events).text()).isEqualTo("a\u00e9a");
    assertThat(((Undo) events.get(3)).text()).isEqualTo("\u00e9");
  }

  @Test
  void textThatBeganToStop_stopsAnewAfterAnUndo() {
    GenerationRequest.Builder request =
        request(UndoPolicy.onReset(RESET, 1)).stopTexts(List.of("ab")).maxNewTokens(9);

    // "a" is held back as it may begin "ab"; the reset lets it go, and the b that follows stays.
    List<GenerationEvent> events = run(saying(A, RESET, B, A, B, B), request);

    assertThat(end(events).text()).isEqualTo("b");
    assertThat(end(events).reason()).isEqualTo(FinishReason.STOP);
    assertThat(end(events).transcript().visible()).containsExactly(B, A, B);
  }

  @Test
  void whatNeedsText_isRefusedWithoutATokenizer() {
    GenerationRequest.Builder request =
        request(UndoPolicy.onReset(RESET, 1).withExtent(new UndoScope.LastSentence()));

    assertThat(
            ((Failed) new Decoder(saying(A), 1).generate(List.of(request.build())).get(0)).cause())
        .hasMessageContaining("tokenizer");
  }

  @Test
  void resetTokenThatTheModelDoesNotHave_isRefused() {
    GenerationEvent end =
        new Decoder(saying(A), 1)
            .generate(List.of(request(UndoPolicy.onReset(99, 1)).build()))
            .get(0);

    assertThat(((Failed) end).cause()).hasMessageContaining("reset token is 99");
  }

  @Test
  void contradictions_areRefused() {
    assertThatThrownBy(() -> request(UndoPolicy.NONE).resetProbability(true).build())
        .hasMessageContaining("names no reset token");
    assertThatThrownBy(() -> new UndoScope.LastTokens(0)).hasMessageContaining("0 tokens");
    assertThatThrownBy(() -> request(UndoPolicy.NONE).stopTexts(List.of("")).build())
        .hasMessageContaining("empty");
  }
}

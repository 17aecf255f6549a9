package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Decoding with guards; tokens are those of the {@link ToyTokenizer}. */
@Timeout(60)
class GuardedDecodingTest {
  private static final int A = 2;
  private static final int B = 3;
  private static final int BLANK = 4;
  private static final int BAD = 6;
  private static final int NUDGE = 7;
  private static final int[] PROMPT = {BLANK};
  private static final TokenIds REFUSAL = TokenIds.of(B, B);

  private static final Guard NO_BAD =
      (text, complete) -> {
        int at = text.indexOf("bad");
        return at < 0 ? Verdict.safe() : Verdict.unsafe("'bad'", at);
      };

  /** Says "a a bad a a ..." until it is reset or nudged; then "b". */
  private static final FakeCausalLm MODEL =
      new FakeCausalLm(
          ToyTokenizer.SIZE,
          40,
          tokens -> {
            float[] logits = new float[ToyTokenizer.SIZE];
            boolean warned =
                Arrays.stream(tokens).anyMatch(id -> id == ToyTokenizer.RESET || id == NUDGE);
            int place = tokens.length - 1;
            logits[warned ? (tokens[place] == B ? ToyTokenizer.EOS : B) : place == 2 ? BAD : A] = 1;
            return logits;
          });

  private static GenerationRequest request(Guard guard, int every, GuardPolicy.Response response) {
    return request(guard, every, response, Duration.ofSeconds(30));
  }

  private static GenerationRequest request(
      Guard guard, int every, GuardPolicy.Response response, Duration limit) {
    return GenerationRequest.builder(PROMPT)
        .maxNewTokens(12)
        .stopIds(Set.of(ToyTokenizer.EOS))
        .undo(UndoPolicy.onReset(ToyTokenizer.RESET, 0))
        .guards(new GuardPolicy(List.of(guard), every, response, 2, REFUSAL, limit))
        .build();
  }

  private static List<GenerationEvent> run(GenerationRequest request) {
    List<GenerationEvent> events = new ArrayList<>();
    new Decoder(MODEL, new ToyTokenizer(), BatchLimits.rows(2))
        .generate(List.of(request), events::add);
    return events;
  }

  private static String told(List<GenerationEvent> events) {
    StringBuilder told = new StringBuilder();
    for (GenerationEvent event : events) {
      if (event instanceof Token token) {
        told.append(token.text()).append(' ');
      } else if (event instanceof Undo undo) {
        told.append("-" + undo.withdrawn() + "/" + undo.discarded() + " ");
      } else if (event instanceof Finished end) {
        told.append(end.reason());
      } else if (event instanceof Failed failed) {
        told.append(failed.cause().getMessage());
      }
    }
    return told.toString();
  }

  @Test
  void forcedReset_takesEverythingBack_andTheModelGoesOn() {
    List<GenerationEvent> events = run(request(NO_BAD, 2, new GuardPolicy.ForceReset()));

    // "a a" passes and is reported; "bad a" is not, and everything is withdrawn.
    assertThat(told(events)).isEqualTo("a a -2/4 b STOP");
    Undo undo = (Undo) events.get(2);
    assertThat(undo.cause()).isEqualTo(UndoCause.GUARD);
    assertThat(undo.reason()).isEqualTo("'bad'");
    assertThat(undo.text()).isEqualTo("aa");
    Finished end = (Finished) events.get(4);
    assertThat(end.transcript().raw()).containsExactly(A, A, BAD, A, ToyTokenizer.RESET, B);
    assertThat(end.usage().guardUndos()).isEqualTo(1);
    assertThat(end.usage().resets()).isZero();
    assertThat(end.usage().forcedTokens()).isEqualTo(1);
  }

  @Test
  void rewindUnderANudge_keepsWhatWasSafe() {
    GuardPolicy.Response nudge = GuardPolicy.Rewind.nudged(new int[] {BLANK, NUDGE});

    assertThat(told(run(request(NO_BAD, 2, nudge)))).isEqualTo("a a -0/2 b STOP");
    assertThat(told(run(request(NO_BAD, 1, nudge)))).isEqualTo("a a -0/1 b STOP");
    // Checked together: back to the beginning of the unsafe part, not to the last check.
    assertThat(told(run(request(NO_BAD, 5, nudge)))).isEqualTo("-0/5 b STOP");
  }

  @Test
  void unsafePartThatBeginsInCheckedText_takesThatBackToo() {
    Guard late =
        (text, complete) ->
            text.equals("aabad") ? Verdict.unsafe("the whole of it", 1) : Verdict.safe();
    GuardPolicy.Response nudge = GuardPolicy.Rewind.nudged(new int[] {BLANK, NUDGE});

    assertThat(told(run(request(late, 1, nudge)))).isEqualTo("a a -1/2 b STOP");
  }

  @Test
  void rewindUnderTheSamePrompt_goesAnotherWay() {
    GuardPolicy.Response again = new GuardPolicy.Rewind(Optional.empty());
    GuardPolicy.Response nudge = GuardPolicy.Rewind.nudged(PROMPT);

    // Greedy decoding would choose "bad" at each try; the stop token is its second choice.
    assertThat(told(run(request(NO_BAD, 1, again)))).isEqualTo("a a -0/1 STOP");
    assertThat(told(run(request(NO_BAD, 1, nudge)))).isEqualTo("a a -0/1 STOP");
  }

  @Test
  void rewindFurtherBack_forgetsWhatWasRejectedLater() {
    // "aabad" is rejected from "bad" on, then "aab" from its second "a" on, then "ab" is fine: its
    // third token may be the one that was rejected as the third token of another text.
    Guard guard =
        (text, complete) ->
            switch (text) {
              case "aabad" -> Verdict.unsafe("", 2);
              case "aab" -> Verdict.unsafe("", 1);
              default -> Verdict.safe();
            };
    FakeCausalLm model =
        new FakeCausalLm(
            ToyTokenizer.SIZE,
            40,
            tokens -> {
              float[] logits = new float[ToyTokenizer.SIZE];
              logits[tokens.length < 3 ? A : BAD] = 2;
              logits[B] = 1;
              return logits;
            });
    List<GenerationEvent> events = new ArrayList<>();

    new Decoder(model, new ToyTokenizer(), BatchLimits.rows(1))
        .generate(
            List.of(
                request(guard, 1, new GuardPolicy.Rewind(Optional.empty())).toBuilder()
                    .maxNewTokens(6)
                    .build()),
            events::add);

    Finished end = (Finished) events.get(events.size() - 1);
    assertThat(end.transcript().raw()).containsExactly(A, A, BAD, B, B, BAD);
    assertThat(end.text()).isEqualTo("abbad");
  }

  @Test
  void undosAreBounded_thenTheAnswerIsTheRefusal() {
    Guard short2 =
        (text, complete) -> text.length() > 2 ? Verdict.unsafe("too long", 2) : Verdict.safe();
    // Two tokens are allowed: when both were rejected, one of them has to come again.
    List<GenerationEvent> events =
        run(
            request(short2, 1, new GuardPolicy.Rewind(Optional.empty())).toBuilder()
                .sampling(onlyAOrBad())
                .build());

    assertThat(told(events)).isEqualTo("a a -0/1 -0/1 -2/3 b b REFUSED");
    Finished end = (Finished) events.get(events.size() - 1);
    assertThat(end.text()).isEqualTo("bb");
    assertThat(end.detail()).isEqualTo("guards objected 3 times, 2 allowed: too long");
    assertThat(end.usage().guardUndos()).isEqualTo(2);
    assertThat(end.usage().forcedTokens()).isEqualTo(2);
  }

  private static SamplingSettings onlyAOrBad() {
    SamplingSettings settings = SamplingSettings.GREEDY;
    for (int id = 0; id < ToyTokenizer.SIZE; id++) {
      settings = id == A || id == BAD ? settings : settings.withBias(id, Double.NEGATIVE_INFINITY);
    }
    return settings;
  }

  @Test
  void aRefusalOfNothing_stillSaysWhyTheAnswerIsEmpty() {
    Guard never = (text, complete) -> Verdict.unsafe("never");
    GuardPolicy.Response again = new GuardPolicy.Rewind(Optional.empty());
    Duration time = Duration.ofSeconds(20);
    for (int allowed = 0; allowed <= 12; allowed++) {
      GuardPolicy silent = new GuardPolicy(List.of(never), 1, again, allowed, TokenIds.of(), time);

      List<GenerationEvent> events =
          run(GenerationRequest.builder(PROMPT).maxNewTokens(12).guards(silent).build());

      Finished end = (Finished) events.get(events.size() - 1);
      assertThat(end.reason()).isEqualTo(FinishReason.REFUSED);
      assertThat(end.text()).isEmpty();
      assertThat(end.detail())
          .isEqualTo(
              allowed < 12
                  ? String.format(
                      Locale.ROOT,
                      "guards objected %d times, %d allowed: never",
                      allowed + 1,
                      allowed)
                  : "a guard objected, and no tokens are left for another answer: never");
    }
  }

  @Test
  void anAnswerThatEndsByItself_hasNoDetail() {
    List<GenerationEvent> events = run(request(NO_BAD, 2, new GuardPolicy.ForceReset()));

    assertThat(((Finished) events.get(events.size() - 1)).detail()).isEmpty();
  }

  @Test
  void whatGuardsLeaveOpen_isNotToldUntilItIsDecided() {
    List<String> told = new CopyOnWriteArrayList<>(); // the guard has a thread of its own
    List<String> asked = new CopyOnWriteArrayList<>();
    List<Integer> toldTooMuch = new CopyOnWriteArrayList<>();
    Guard hesitant =
        (text, complete) -> {
          int decided = asked.isEmpty() ? 0 : asked.get(asked.size() - 1).length() - 2;
          int length = String.join("", told).length();
          if (length > Math.max(0, decided)) {
            toldTooMuch.add(length);
          }
          asked.add(text);
          return complete ? Verdict.safe() : Verdict.safeUpTo(Math.max(0, text.length() - 2));
        };

    new Decoder(MODEL, new ToyTokenizer(), BatchLimits.rows(1))
        .generate(
            List.of(
                request(hesitant, 1, new GuardPolicy.ForceReset()).toBuilder()
                    .maxNewTokens(5)
                    .build()),
            event -> {
              if (event instanceof Token token) {
                told.add(token.text());
              }
            });

    assertThat(asked).containsExactly("a", "aa", "aabad", "aabada", "aabadaa");
    assertThat(toldTooMuch).isEmpty();
    assertThat(told).containsExactly("a", "a", "bad", "a", "a");
  }

  @Test
  void guardsTogether_passWhatAllOfThemPass() {
    Guard slow = (text, complete) -> complete ? Verdict.safe() : Verdict.safeUpTo(1);
    GuardPolicy both =
        new GuardPolicy(
            List.of(slow, NO_BAD),
            1,
            new GuardPolicy.Rewind(Optional.empty()),
            0,
            REFUSAL,
            Duration.ofSeconds(20));

    List<GenerationEvent> events =
        run(GenerationRequest.builder(PROMPT).maxNewTokens(12).guards(both).build());

    assertThat(told(events)).isEqualTo("a -1/3 b b REFUSED");
  }

  @Test
  void guardWithoutVerdict_stopsTheText() {
    assertThat(told(run(request((text, complete) -> null, 3, new GuardPolicy.ForceReset()))))
        .contains("no verdict");
  }

  @Test
  void guardThatThrows_stopsTheText() {
    Guard broken =
        (text, complete) -> {
          if (text.length() > 2) {
            throw new java.io.IOException("no connection");
          }
          return Verdict.safe();
        };

    assertThat(told(run(request(broken, 1, new GuardPolicy.ForceReset()))))
        .startsWith("a a a guard failed")
        .endsWith("no connection");
  }

  @Test
  void guardThatCannotDecide_stopsTheText() {
    Guard silent = (text, complete) -> Verdict.undecided("half a sentence");

    assertThat(told(run(request(silent, 3, new GuardPolicy.ForceReset()))))
        .isEqualTo("a guard could not decide: half a sentence");
  }

  @Test
  void guardThatIsAnError_stopsTheText() {
    Guard broken =
        (text, complete) -> {
          throw new StackOverflowError("a pattern too deep");
        };

    assertThat(told(run(request(broken, 3, new GuardPolicy.ForceReset()))))
        .endsWith("a pattern too deep");
  }

  @Test
  void guardThatTakesTooLong_isInterrupted_andStopsTheText() throws Exception {
    CountDownLatch interrupted = new CountDownLatch(1);
    Guard slow =
        (text, complete) -> {
          try {
            Thread.sleep(20_000);
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return Verdict.safe(); // too late
        };

    Duration limit = Duration.ofSeconds(1); // it has begun by then
    assertThat(told(run(request(slow, 3, new GuardPolicy.ForceReset(), limit))))
        .isEqualTo("a guard took longer than 1000 ms");
    interrupted.await();
  }

  @Test
  void whileAGuardThinks_othersGoOn() {
    CountDownLatch otherIsDone = new CountDownLatch(1);
    AtomicBoolean waited = new AtomicBoolean();
    Guard patient =
        (text, complete) -> {
          otherIsDone.await();
          waited.set(true);
          return Verdict.safe();
        };
    GenerationRequest guarded =
        request(patient, 3, new GuardPolicy.ForceReset()).toBuilder()
            .guards(
                new GuardPolicy(
                    List.of(patient),
                    3,
                    new GuardPolicy.ForceReset(),
                    0,
                    REFUSAL,
                    Duration.ofSeconds(30)))
            .build();
    GenerationRequest plain = GenerationRequest.builder(PROMPT).maxNewTokens(12).build();
    List<Long> ends = new ArrayList<>();

    new Decoder(MODEL, new ToyTokenizer(), BatchLimits.rows(2))
        .generate(
            List.of(guarded, plain),
            event -> {
              if (event.isLast()) {
                ends.add(event.request());
                otherIsDone.countDown();
              }
            });

    assertThat(ends).containsExactly(1L, 0L);
    assertThat(waited).isTrue();
  }

  @Test
  void textCutOffBeforeItsCheck_isNeverTold() {
    Guard slow =
        (text, complete) -> {
          Thread.sleep(20_000);
          return Verdict.safe();
        };
    GenerationRequest limited =
        GenerationRequest.builder(PROMPT)
            .maxNewTokens(12)
            .timeLimit(Duration.ofSeconds(1)) // the check has begun by then
            .guards(
                new GuardPolicy(
                    List.of(slow),
                    3,
                    new GuardPolicy.Rewind(Optional.empty()),
                    0,
                    REFUSAL,
                    Duration.ofSeconds(30)))
            .build();

    List<GenerationEvent> events = run(limited);

    assertThat(told(events)).isEqualTo("-0/3 DEADLINE");
    assertThat(((Undo) events.get(0)).cause()).isEqualTo(UndoCause.UNCHECKED);
    assertThat(((Finished) events.get(1)).text()).isEmpty();
  }
}

package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.testkit.FakeCausalLm;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DecoderTest {
  private static final int EOS = 0;
  private static final int RESET = 1;
  private static final int[] PROMPT = {5, 6};

  private static GenerationRequest request(SamplingSettings sampling, UndoPolicy undo, long seed) {
    return new GenerationRequest(PROMPT, 20, Set.of(EOS), sampling, undo, seed);
  }

  private static List<GenerationEvent> run(CausalLm model, GenerationRequest... requests) {
    List<GenerationEvent> events = new ArrayList<>();
    new Decoder(model, 8).generate(List.of(requests), events::add);
    return events;
  }

  @Test
  void reset_withdrawsWhatWasVisible_andGenerationGoesOn() {
    CausalLm model = FakeCausalLm.reciting(10, 2, 7, 8, RESET, 9, EOS);

    List<GenerationEvent> events =
        run(model, request(SamplingSettings.GREEDY, UndoPolicy.onReset(RESET, 1), 0));

    assertThat(events.subList(0, 4))
        .containsExactly(new Token(0, 7), new Token(0, 8), new Undo(0, 2), new Token(0, 9));
    Finished finished = (Finished) events.get(4);
    assertThat(finished.reason()).isEqualTo(FinishReason.STOP);
    assertThat(finished.transcript().visible()).containsExactly(9);
    assertThat(finished.transcript().raw()).containsExactly(7, 8, RESET, 9);
    assertThat(finished.usage().sampledTokens()).isEqualTo(5);
    assertThat(finished.usage().discardedTokens()).isEqualTo(2);
    assertThat(finished.usage().visibleTokens()).isEqualTo(1);
    assertThat(finished.usage().toFirstEffectiveToken()).isPresent();
    assertThat(events).hasSize(5);
  }

  @Test
  void resetsBeyondTheCap_areForbidden() {
    // Wants a reset at every step; id 4 is its second choice.
    CausalLm model =
        new FakeCausalLm(
            10,
            50,
            tokens -> {
              float[] logits = new float[10];
              logits[RESET] = 2;
              logits[4] = 1;
              return logits;
            });

    Finished capped =
        (Finished)
            new Decoder(model, 1)
                .generate(
                    List.of(request(SamplingSettings.GREEDY, UndoPolicy.onReset(RESET, 2), 0)))
                .get(0);

    assertThat(capped.transcript().resets()).isEqualTo(2);
    assertThat(capped.transcript().visible()).hasSize(18).containsOnly(4);
    assertThat(capped.reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void logitBias_movesTheReset() {
    CausalLm model =
        new FakeCausalLm(
            4,
            50,
            tokens -> tokens.length == 2 ? new float[] {0, 1, 0, 2} : new float[] {9, 0, 0, 0});
    UndoPolicy undo = UndoPolicy.onReset(RESET, 1);

    assertThat(run(model, request(SamplingSettings.GREEDY, undo, 0)))
        .doesNotHaveAnyElementsOfTypes(Undo.class);
    assertThat(run(model, request(SamplingSettings.GREEDY.withBias(RESET, 1.5), undo, 0)))
        .hasAtLeastOneElementOfType(Undo.class);
    assertThat(
            run(
                model,
                request(SamplingSettings.GREEDY.withBias(3, Double.NEGATIVE_INFINITY), undo, 0)))
        .hasAtLeastOneElementOfType(Undo.class);
  }

  @Test
  void temperatureSampling_followsTheSoftmax() {
    CausalLm model = new FakeCausalLm(3, 2, tokens -> new float[] {0, (float) Math.log(3), 0});
    List<GenerationRequest> requests = new ArrayList<>();
    int draws = 4000;
    for (int seed = 0; seed < draws; seed++) {
      requests.add(
          new GenerationRequest(
              new int[] {2},
              1,
              Set.of(),
              SamplingSettings.temperature(0.5),
              UndoPolicy.NONE,
              seed));
    }
    long chosen =
        new Decoder(model, 64)
            .generate(requests).stream()
                .filter(end -> ((Finished) end).transcript().raw()[0] == 1)
                .count();

    double expected = 9.0 / 11; // softmax(0, 2 log 3, 0)
    double standardError = Math.sqrt(expected * (1 - expected) / draws);
    assertThat(chosen / (double) draws)
        .isBetween(expected - 5 * standardError, expected + 5 * standardError);
  }

  @Test
  void promptLongerThanTheContext_failsAlone() {
    CausalLm model = FakeCausalLm.reciting(10, 2, 7, EOS);
    GenerationRequest tooLong =
        new GenerationRequest(
            new int[9], 5, Set.of(EOS), SamplingSettings.GREEDY, UndoPolicy.NONE, 0);

    List<GenerationEvent> ends =
        new Decoder(model, 4)
            .generate(List.of(tooLong, request(SamplingSettings.GREEDY, UndoPolicy.NONE, 0)));

    assertThat(((Failed) ends.get(0)).cause()).hasMessageContaining("9 tokens");
    assertThat(((Finished) ends.get(1)).transcript().visible()).containsExactly(7);
  }

  @Test
  void damagedLogits_areAnError() {
    CausalLm model = new FakeCausalLm(3, 9, tokens -> new float[] {Float.NaN, 0, 0});

    assertThatThrownBy(() -> run(model, request(SamplingSettings.GREEDY, UndoPolicy.NONE, 0)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("NaN");
  }

  @Property(tries = 200)
  void request_drawsTheSame_whateverElseIsInTheBatch(
      @ForAll @IntRange(min = 1, max = 9) int maxRows,
      @ForAll @IntRange(min = 1, max = 20) int count,
      @ForAll long seed) {
    CausalLm model = FakeCausalLm.random(8, 30);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(
          new GenerationRequest(
              new int[] {2 + i % 5},
              12,
              Set.of(EOS),
              SamplingSettings.temperature(1),
              UndoPolicy.onReset(RESET, 2),
              seed + i));
    }

    List<GenerationEvent> together = new Decoder(model, maxRows).generate(requests);

    for (int i = 0; i < count; i++) {
      Finished alone = (Finished) new Decoder(model, 1).generate(List.of(requests.get(i))).get(0);
      Finished inBatch = (Finished) together.get(i);
      assertThat(inBatch.transcript().raw()).isEqualTo(alone.transcript().raw());
      assertThat(inBatch.reason()).isEqualTo(alone.reason());
    }
  }

  /** What a client that follows tokens and undos shows at the end is what stands. */
  @Property(tries = 200)
  void replayingTheEvents_givesTheVisibleText(@ForAll long seed) {
    List<GenerationEvent> events =
        run(
            FakeCausalLm.random(6, 40),
            request(SamplingSettings.temperature(1), UndoPolicy.onReset(RESET, 3), seed));

    List<Integer> shown = new ArrayList<>();
    for (GenerationEvent event : events) {
      if (event instanceof Token token) {
        shown.add(token.id());
      } else if (event instanceof Undo undo) {
        assertThat(undo.withdrawn()).isEqualTo(shown.size());
        shown.clear();
      }
    }
    Finished finished = (Finished) events.get(events.size() - 1);
    assertThat(finished.transcript().visible())
        .containsExactly(shown.stream().mapToInt(Integer::intValue).toArray());
  }
}

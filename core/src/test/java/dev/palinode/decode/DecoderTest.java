package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.testkit.DelegatingLm;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DecoderTest {
  private static final int EOS = 0;
  private static final int RESET = 1;
  private static final int[] PROMPT = {2, 3};

  private static GenerationRequest request(SamplingSettings sampling, UndoPolicy undo, long seed) {
    return GenerationRequest.builder(PROMPT)
        .maxNewTokens(20)
        .stopIds(Set.of(EOS))
        .sampling(sampling)
        .undo(undo)
        .seed(seed)
        .build();
  }

  private static List<GenerationEvent> run(CausalLm model, GenerationRequest... requests) {
    List<GenerationEvent> events = new ArrayList<>();
    new Decoder(model, 8).generate(List.of(requests), events::add);
    return events;
  }

  private static Token token(int id) {
    return new Token(0, id, "", TokenLogProbs.NONE);
  }

  @Test
  void reset_withdrawsWhatWasVisible_andGenerationGoesOn() {
    CausalLm model = FakeCausalLm.reciting(10, 2, 7, 8, RESET, 9, EOS);

    List<GenerationEvent> events =
        run(model, request(SamplingSettings.GREEDY, UndoPolicy.onReset(RESET, 1), 0));

    assertThat(events.subList(0, 4))
        .containsExactly(
            token(7),
            token(8),
            new Undo(0, 2, "", 2, UndoCause.RESET, "", TokenLogProbs.NONE),
            token(9));
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
          GenerationRequest.builder(2)
              .maxNewTokens(1)
              .sampling(SamplingSettings.temperature(0.5))
              .seed(seed)
              .build());
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
    GenerationRequest tooLong = GenerationRequest.builder(new int[9]).stopIds(Set.of(EOS)).build();

    List<GenerationEvent> ends =
        new Decoder(model, 4)
            .generate(List.of(tooLong, request(SamplingSettings.GREEDY, UndoPolicy.NONE, 0)));

    assertThat(((Failed) ends.get(0)).cause()).hasMessageContaining("9 tokens");
    assertThat(((Finished) ends.get(1)).transcript().visible()).containsExactly(7);
  }

  @Test
  void damagedLogits_failTheirRequestAlone() {
    CausalLm model =
        new FakeCausalLm(
            3, 9, tokens -> new float[] {tokens[0] == 1 ? Float.NaN : 0, 0, tokens.length});

    List<GenerationEvent> ends =
        new Decoder(model, 2)
            .generate(
                List.of(
                    GenerationRequest.builder(1).build(),
                    GenerationRequest.builder(2).maxNewTokens(3).build()));

    assertThat(((Failed) ends.get(0)).cause()).hasMessageContaining("NaN");
    assertThat(((Finished) ends.get(1)).transcript().visible()).containsExactly(2, 2, 2);
  }

  @Test
  void whatTheConsumerThrows_endsTheCall() {
    CausalLm model = FakeCausalLm.random(8, 30);

    assertThatThrownBy(
            () ->
                new Decoder(model, 2)
                    .generate(
                        List.of(GenerationRequest.builder(2).build()),
                        event -> {
                          throw new IllegalStateException("enough");
                        }))
        .hasMessage("enough");
  }

  @Test
  void stream_computesAsItIsRead_andFreesWhenClosed() {
    FakeCausalLm model = FakeCausalLm.random(8, 30);
    GenerationRequest request = GenerationRequest.builder(2, 3).maxNewTokens(20).build();

    try (Stream<GenerationEvent> events = new Decoder(model, 1).stream(request)) {
      Iterator<GenerationEvent> each = events.iterator();
      each.next();
      each.next();
      assertThat(model.tokensRead()).isEqualTo(3);
      assertThat(model.openRows()).isEqualTo(1);
    }
    assertThat(model.openRows()).isZero();

    List<GenerationEvent> pushed = new ArrayList<>();
    new Decoder(model, 1).generate(List.of(request), pushed::add);
    List<GenerationEvent> pulled = new Decoder(model, 1).stream(request).toList();
    assertThat(pulled.subList(0, 20)).isEqualTo(pushed.subList(0, 20));
    assertThat(pulled).hasSize(21);
    assertThat(model.openRows()).isZero();
  }

  @Test
  void sharedPrefix_isReadOnce() {
    int[] prompt = new int[40];
    Arrays.fill(prompt, 3);
    FakeCausalLm model = FakeCausalLm.random(8, 60);
    List<GenerationRequest> samples = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      prompt[38] = 2 + i % 2;
      samples.add(
          GenerationRequest.builder(prompt)
              .maxNewTokens(1)
              .sampling(SamplingSettings.temperature(1))
              .seed(i)
              .build());
    }

    new Decoder(model, 10).generate(samples);

    // One prompt whole, two tokens of the other, and the last token of the eight that follow.
    assertThat(model.tokensRead()).isEqualTo(40 + 2 + 8);
  }

  @Test
  void longPrompt_doesNotKeepOthersWaiting() {
    FakeCausalLm model = FakeCausalLm.random(8, 300);
    List<GenerationEvent> events = new ArrayList<>();
    GenerationRequest quick = GenerationRequest.builder(2).maxNewTokens(30).build();
    GenerationRequest large = GenerationRequest.builder(new int[200]).maxNewTokens(1).build();

    new Decoder(model, new ToyTokenizer(), BatchLimits.rows(2).withPrefillTokens(10))
        .generate(List.of(quick, large), events::add);

    long before =
        events.stream()
            .takeWhile(event -> event.request() == 0)
            .filter(Token.class::isInstance)
            .count();
    assertThat(before).as("tokens while 200 are read, 10 at a time").isBetween(18L, 21L);
  }

  @Test
  void batchHoldsNoMoreTokensThanAllowed_andKeepsTheOrder() {
    FakeCausalLm model = FakeCausalLm.random(8, 100);
    BatchLimits limits = BatchLimits.rows(8).withMaxTokens(59);
    GenerationRequest small = GenerationRequest.builder(2).maxNewTokens(9).build();
    GenerationRequest large = GenerationRequest.builder(2).maxNewTokens(49).build();
    GenerationRequest never = GenerationRequest.builder(2).maxNewTokens(60).build();
    List<Long> order = new ArrayList<>();
    int[] most = new int[1];

    new Decoder(model, new ToyTokenizer(), limits)
        .generate(
            List.of(small, large, small, small, never),
            event -> {
              most[0] = Math.max(most[0], model.openRows());
              if (event.isLast()) {
                order.add(event.request());
              }
            });

    assertThat(order).containsExactly(4L, 0L, 1L, 2L, 3L);
    assertThat(most[0]).isEqualTo(2);
  }

  @Test
  void cacheOfTheBatch_staysWithinItsLimit_whateverTheLengths() {
    long[] most = new long[1];
    CausalLm model = counting(FakeCausalLm.random(8, 400), most);
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < 24; i++) { // eleven short ones and a long one, twice
      requests.add(GenerationRequest.builder(2).maxNewTokens(i % 12 == 5 ? 299 : 9).build());
    }

    List<GenerationEvent> ends =
        new Decoder(model, new ToyTokenizer(), BatchLimits.rows(32).withMaxTokens(600))
            .generate(requests);

    assertThat(ends).allMatch(Finished.class::isInstance);
    assertThat(most[0]).isBetween(300L, 600L);
  }

  /** Notes the largest product of rows and longest row of a batch. */
  private static CausalLm counting(CausalLm model, long[] most) {
    return new DelegatingLm(model) {
      @Override
      public SequenceBatch newBatch() {
        Set<Integer> rows = new HashSet<>();
        return new DelegatingBatch(model.newBatch()) {
          @Override
          public int add() {
            int row = super.add();
            rows.add(row);
            return row;
          }

          @Override
          public int fork(int row) {
            int copy = super.fork(row);
            rows.add(copy);
            return copy;
          }

          @Override
          public void remove(int row) {
            super.remove(row);
            rows.remove(row);
          }

          @Override
          public float[][] forward(int[] handles, int[][] tokens) {
            float[][] logits = super.forward(handles, tokens);
            long longest = rows.stream().mapToInt(this::length).max().orElseThrow();
            most[0] = Math.max(most[0], rows.size() * longest);
            return logits;
          }
        };
      }
    };
  }

  @Test
  void longList_hasNoStateBeforeItsTurn() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    GenerationRequest request = GenerationRequest.builder(new int[1000]).maxNewTokens(1).build();
    List<GenerationRequest> requests = Collections.nCopies(2000, request);
    long[] allocated = new long[1];
    long before = threads.getCurrentThreadAllocatedBytes();

    new Decoder(FakeCausalLm.random(8, 1001), 1)
        .generate(
            requests,
            event -> {
              if (allocated[0] == 0) {
                allocated[0] = threads.getCurrentThreadAllocatedBytes() - before;
              }
            });

    // A copy of the prompt takes 4 KB, 8 MB for all.
    assertThat(allocated[0]).isLessThan(4 << 20);
  }

  @Test
  void historyOfTokens_isKeptForPenaltiesOnly() {
    assertThat(seen(SamplingSettings.temperature(1))).isZero();
    assertThat(seen(SamplingSettings.builder().repetitionPenalty(1.1).build())).isEqualTo(3);
    assertThat(seen(SamplingSettings.builder().presencePenalty(1).build())).isEqualTo(3);
    assertThat(seen(SamplingSettings.builder().frequencyPenalty(1).build())).isEqualTo(3);
  }

  private static int seen(SamplingSettings sampling) {
    OutputState output = new OutputState(request(sampling, UndoPolicy.NONE, 0), Optional.empty());
    output.append(4, 1, TokenLogProbs.NONE);
    output.append(5, 2, TokenLogProbs.NONE);
    output.truncate(1);
    return output.history.counts().size();
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
          GenerationRequest.builder(2 + i % 5)
              .maxNewTokens(12)
              .stopIds(Set.of(EOS))
              .sampling(SamplingSettings.temperature(1))
              .undo(UndoPolicy.onReset(RESET, 2))
              .seed(seed + i)
              .build());
    }

    List<GenerationEvent> together = new Decoder(model, maxRows).generate(requests);

    for (int i = 0; i < count; i++) {
      Finished alone = (Finished) new Decoder(model, 1).generate(List.of(requests.get(i))).get(0);
      Finished inBatch = (Finished) together.get(i);
      assertThat(inBatch.transcript().raw()).isEqualTo(alone.transcript().raw());
      assertThat(inBatch.reason()).isEqualTo(alone.reason());
    }
  }

  /** A client that appends tokens and removes undone ones ends with the visible text. */
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

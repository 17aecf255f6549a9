package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.testkit.DelegatingLm;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failing calls of the model, and the state of the batch after them. */
@Timeout(60)
class FailingModelTest {
  private static final int SICK = 5;

  /** Never ends; fails where the context has a {@link #SICK} token. */
  private static final FakeCausalLm MODEL =
      new FakeCausalLm(
          ToyTokenizer.SIZE,
          100,
          tokens -> {
            if (Arrays.stream(tokens).anyMatch(id -> id == SICK)) {
              throw new IllegalStateException("sick");
            }
            float[] logits = new float[ToyTokenizer.SIZE];
            logits[2] = 1;
            return logits;
          });

  private interface Batches {
    SequenceBatch open();
  }

  private static CausalLm opening(Batches batches) {
    return new DelegatingLm(MODEL) {
      @Override
      public SequenceBatch newBatch() {
        return batches.open();
      }
    };
  }

  private static GenerationRequest request(int... prompt) {
    return GenerationRequest.builder(prompt).maxNewTokens(5).build();
  }

  private static List<GenerationEvent> run(CausalLm model, GenerationRequest... requests) {
    return new Decoder(model, 4).generate(List.of(requests));
  }

  private static int[] alike(int last) {
    int[] prompt = new int[20];
    Arrays.fill(prompt, 3);
    prompt[19] = last;
    return prompt;
  }

  @Test
  void noBatch_failsWhoWantedOne_andNobodyElse() {
    List<Integer> opened = new ArrayList<>();
    CausalLm model =
        opening(
            () -> {
              opened.add(1);
              if (opened.size() == 1) {
                throw new IllegalStateException("no memory for a cache");
              }
              return MODEL.newBatch();
            });
    BatchLimits one = BatchLimits.rows(1);

    List<GenerationEvent> ends =
        new Decoder(model, new ToyTokenizer(), one).generate(List.of(request(3), request(4)));

    assertThat(((Failed) ends.get(0)).cause()).hasMessage("no memory for a cache");
    assertThat(ends.get(1)).isInstanceOf(Finished.class);
  }

  @Test
  void noRow_failsItsRequestAlone() {
    CausalLm model =
        opening(
            () ->
                new DelegatingBatch(MODEL.newBatch()) {
                  @Override
                  public int fork(int row) {
                    throw new IllegalStateException("no memory for a copy");
                  }
                });

    List<GenerationEvent> ends = run(model, request(alike(3)), request(alike(4)), request(4));

    assertThat(ends.get(0)).isInstanceOf(Finished.class);
    assertThat(((Failed) ends.get(1)).cause()).hasMessage("no memory for a copy");
    assertThat(ends.get(2)).isInstanceOf(Finished.class);
    assertThat(MODEL.openRows()).isZero();
  }

  @Test
  void requestThatFailsWhileItsSecondContextWaits_leavesNoRow() {
    GenerationRequest sick =
        GenerationRequest.builder(alike(SICK))
            .guidance(Guidance.of(alike(4), 2, Guidance.Form.LOG))
            .build();
    try (DecodingLoop loop =
        new DecodingLoop(MODEL, Optional.of(new ToyTokenizer()), BatchLimits.rows(4))) {
      List<GenerationEvent> told = new ArrayList<>();
      loop.submit(new QueuedRequest(0, request(2), event -> {}));
      loop.submit(new QueuedRequest(1, sick, told::add));
      loop.step();

      assertThat(told).singleElement().isInstanceOf(Failed.class);
      assertThat(MODEL.openRows()).isEqualTo(1);
    }
  }

  @Test
  void modelThatFailsForGood_failsAllRequests_withTheCauseAndTheRemedy() {
    int[] calls = new int[1];
    FakeCausalLm model =
        new FakeCausalLm(
            ToyTokenizer.SIZE,
            100,
            tokens -> {
              if (++calls[0] > 4) {
                throw new IllegalStateException("an illegal memory access was encountered");
              }
              return new float[] {0, 0, 1};
            });
    List<GenerationEvent> later = new ArrayList<>();
    try (DecodingLoop loop =
        new DecodingLoop(model, Optional.of(new ToyTokenizer()), BatchLimits.rows(2))) {
      List<GenerationEvent> told = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        loop.submit(new QueuedRequest(i, request(3), told::add));
      }
      while (!loop.isIdle()) {
        loop.step();
      }
      loop.submit(new QueuedRequest(9, request(3), later::add));

      List<Throwable> causes =
          told.stream().filter(Failed.class::isInstance).map(FailingModelTest::cause).toList();
      assertThat(causes).hasSize(9);
      // Two were running, and each was tried alone, twice; no other request was tried.
      assertThat(causes.subList(0, 2))
          .allSatisfy(cause -> assertThat(cause).hasMessageContaining("illegal memory access"));
      assertThat(causes.subList(2, 9))
          .allSatisfy(
              cause ->
                  assertThat(cause)
                      .hasMessageContaining("restart the process")
                      .hasRootCauseMessage("an illegal memory access was encountered"));
      assertThat(loop.breakdown()).isPresent();
    }
    assertThat(later).singleElement().isInstanceOf(Failed.class);
    assertThat(model.openRows()).isZero();
  }

  private static Throwable cause(GenerationEvent event) {
    return ((Failed) event).cause();
  }

  @Test
  void requestThatFailsByItself_isNoBreakdown() {
    try (DecodingLoop loop =
        new DecodingLoop(MODEL, Optional.of(new ToyTokenizer()), BatchLimits.rows(2))) {
      List<GenerationEvent> told = new ArrayList<>();
      loop.submit(new QueuedRequest(0, request(SICK), told::add));
      loop.step();
      assertThat(told).singleElement().isInstanceOf(Failed.class);
      assertThat(loop.breakdown()).isEmpty();

      loop.submit(new QueuedRequest(1, request(3), told::add));
      while (!loop.isIdle()) {
        loop.step();
      }
      assertThat(told.get(told.size() - 1)).isInstanceOf(Finished.class);
    }
    assertThat(MODEL.openRows()).isZero();
  }

  @Test
  void modelThatThrowsAnError_failsItsRequestAlone() {
    FakeCausalLm model =
        new FakeCausalLm(
            ToyTokenizer.SIZE,
            100,
            tokens -> {
              if (tokens[0] == SICK) {
                throw new LinkageError("no such kernel");
              }
              return new float[] {0, 0, 1};
            });

    List<GenerationEvent> ends = run(model, request(3), request(SICK), request(4));

    assertThat(ends.get(0)).isInstanceOf(Finished.class);
    assertThat(((Failed) ends.get(1)).cause()).hasRootCauseMessage("no such kernel");
    assertThat(ends.get(2)).isInstanceOf(Finished.class);
    assertThat(model.openRows()).isZero();
  }
}

package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DelayedEventStreamTest {
  private static final int RESET = ToyTokenizer.RESET;

  private static List<GenerationRequest> requests(long seed) {
    List<GenerationRequest> requests = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 3; i++) {
      UndoScope extent = random.nextBoolean() ? UndoScope.EVERYTHING : new UndoScope.LastTokens(3);
      requests.add(
          GenerationRequest.builder(2 + i)
              .maxNewTokens(30)
              .stopIds(Set.of(ToyTokenizer.EOS))
              .stopTexts(List.of("bad."))
              .sampling(SamplingSettings.temperature(1))
              .undo(UndoPolicy.onReset(RESET, 4).withExtent(extent))
              .seed(random.nextLong())
              .build());
    }
    return requests;
  }

  /**
   * The client ends with the visible text, and never gets a token before later ones are visible.
   */
  @Property(tries = 300)
  void client_hasWhatStands_andIsAlwaysBehind(
      @ForAll long seed, @ForAll @IntRange(max = 6) int window) {
    FakeCausalLm model = FakeCausalLm.random(ToyTokenizer.SIZE, 60);
    StringBuilder[] shown = {new StringBuilder(), new StringBuilder(), new StringBuilder()};
    int[] sent = new int[3];
    int[] standing = new int[3];
    DelayedEventStream held =
        new DelayedEventStream(
            window,
            event -> {
              int i = (int) event.request();
              if (event instanceof Token token) {
                shown[i].append(token.text());
                sent[i]++;
              } else if (event instanceof Undo undo) {
                assertThat(shown[i].toString()).endsWith(undo.text());
                shown[i].setLength(shown[i].length() - undo.text().length());
                sent[i] -= undo.withdrawn();
              } else if (event instanceof Finished end) {
                assertThat(shown[i].append(end.rest())).hasToString(end.text());
                assertThat(sent[i]).isEqualTo(end.usage().visibleTokens());
              }
            });

    new Decoder(model, new ToyTokenizer(), BatchLimits.rows(3))
        .generate(
            requests(seed),
            event -> {
              int i = (int) event.request();
              if (event instanceof Token) {
                standing[i]++;
              } else if (event instanceof Undo undo) {
                standing[i] -= undo.withdrawn();
              }
              held.accept(event);
              if (!event.isLast()) {
                assertThat(standing[i] - sent[i]).isBetween(0, window);
              }
            });
  }

  @Test
  void undoWithinTheWindow_isNeverSeen() {
    List<GenerationEvent> seen = new ArrayList<>();
    DelayedEventStream held = new DelayedEventStream(2, seen::add);
    held.accept(new Token(0, 2, "a", TokenLogProbs.NONE));
    held.accept(new Token(0, 3, "b", TokenLogProbs.NONE));
    held.accept(new Undo(0, 2, "ab", 2, UndoCause.RESET, "", TokenLogProbs.NONE));

    assertThat(seen)
        .containsExactly(new Undo(0, 0, "", 2, UndoCause.RESET, "", TokenLogProbs.NONE));
  }

  @Test
  void whatWasHeldFromAClientThatThrew_isForgotten() {
    List<GenerationEvent> seen = new ArrayList<>();
    DelayedEventStream held =
        new DelayedEventStream(
            1,
            event -> {
              seen.add(event);
              if (seen.size() == 1) {
                throw new IllegalStateException("gone");
              }
            });
    held.accept(new Token(0, 2, "a", TokenLogProbs.NONE));
    assertThatThrownBy(() -> held.accept(new Token(0, 3, "b", TokenLogProbs.NONE)))
        .hasMessage("gone");

    // Another call, whose requests are numbered from 0 again.
    new Decoder(FakeCausalLm.reciting(10, 1, 7), 1)
        .generate(List.of(GenerationRequest.builder(2).maxNewTokens(1).build()), held);

    assertThat(seen.subList(1, 3))
        .containsExactly(new Token(0, 7, "", TokenLogProbs.NONE), seen.get(seen.size() - 1));
  }

  @Test
  void calibration_leavesRoomForChance_andForTheWorst() {
    // Undos of 1 to 10 tokens: with a window of 6, 10 of 55 tokens are sent; of 7, 6; of 8, 3.
    DelayCalibrator found = DelayCalibrator.of(undos(1000), 0.15, 100).orElseThrow();
    assertThat(found.window()).isEqualTo(7);
    assertThat(found.sentShare()).isEqualTo(6 / 55.0);
    assertThat(found.discarded()).isEqualTo(5500);
    // Smaller records ask for more, and in the end are not enough.
    assertThat(DelayCalibrator.of(undos(300), 0.15, 100).orElseThrow().window()).isEqualTo(8);
    assertThat(DelayCalibrator.of(undos(100), 0.15, 100)).isEmpty();
    assertThat(DelayCalibrator.of(List.of(), 0.5, 1)).isEmpty();
    assertThatThrownBy(() -> DelayCalibrator.of(undos(9), 0, 100))
        .hasMessageContaining("max shown is 0.0");
  }

  private static List<List<Transcript>> undos(int count) {
    List<List<Transcript>> record = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      record.add(List.of(withUndo(1 + i % 10)));
    }
    return record;
  }

  private static Transcript withUndo(int tokens) {
    Transcript transcript = new Transcript(OptionalInt.of(RESET));
    for (int i = 0; i < tokens; i++) {
      transcript.append(2);
    }
    transcript.append(RESET);
    return transcript;
  }

  /**
   * The guarantee: on unseen generations, no more is sent than stated in 95% of cases. Undo lengths
   * have a long tail, and depend on the prompt.
   */
  @Test
  void calibration_keepsItsPromiseOnGenerationsNotSeen() {
    SplittableRandom random = new SplittableRandom(5);
    List<List<Transcript>> unseen = record(random, 20_000);
    double share = 0.1;
    int broken = 0;
    double total = 0;
    for (int trial = 0; trial < 200; trial++) {
      DelayCalibrator calibration =
          DelayCalibrator.of(record(random, 300), share, 64).orElseThrow();
      double sent = calibration.sentShare(unseen);
      total += sent;
      broken += sent > share ? 1 : 0;
    }
    assertThat(broken).isLessThanOrEqualTo(20); // 10 are expected at most
    assertThat(total / 200).isGreaterThan(share / 2); // and no more is held back than needed
  }

  /** Three answers to each prompt, half of the prompts without an undo. */
  private static List<List<Transcript>> record(SplittableRandom random, int prompts) {
    List<List<Transcript>> record = new ArrayList<>();
    for (int i = 0; i < prompts; i++) {
      double mean = random.nextInt(2) == 0 ? 0 : 4 + 8 * random.nextDouble();
      List<Transcript> answers = new ArrayList<>();
      for (int answer = 0; answer < 3; answer++) {
        double length = -mean * Math.log(1 - random.nextDouble());
        answers.add(withUndo((int) Math.min(64, length)));
      }
      record.add(answers);
    }
    return record;
  }
}

package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.Transcript;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HeldBackTest {
  private static final int RESET = ToyTokenizer.RESET;

  private static List<GenerationRequest> requests(long seed) {
    List<GenerationRequest> requests = new ArrayList<>();
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < 3; i++) {
      UndoExtent extent =
          random.nextBoolean() ? UndoExtent.EVERYTHING : new UndoExtent.LastTokens(3);
      requests.add(
          GenerationRequest.builder(2 + i)
              .maxNewTokens(30)
              .stopIds(Set.of(ToyTokenizer.EOS))
              .stopTexts("bad.")
              .sampling(SamplingSettings.temperature(1))
              .undo(UndoPolicy.onReset(RESET, 4).withExtent(extent))
              .seed(random.nextLong())
              .build());
    }
    return requests;
  }

  /** The client ends with what stands, and was never sent a token that had no later ones. */
  @Property(tries = 300)
  void client_hasWhatStands_andIsAlwaysBehind(
      @ForAll long seed, @ForAll @IntRange(max = 6) int window) {
    FakeCausalLm model = FakeCausalLm.random(ToyTokenizer.SIZE, 60);
    StringBuilder[] shown = {new StringBuilder(), new StringBuilder(), new StringBuilder()};
    int[] sent = new int[3];
    int[] standing = new int[3];
    HeldBack held =
        new HeldBack(
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
    HeldBack held = new HeldBack(2, seen::add);
    held.accept(new Token(0, 2, "a", TokenSignals.NONE));
    held.accept(new Token(0, 3, "b", TokenSignals.NONE));
    held.accept(new Undo(0, 2, "ab", 2, UndoCause.RESET, "", TokenSignals.NONE));

    assertThat(seen).containsExactly(new Undo(0, 0, "", 2, UndoCause.RESET, "", TokenSignals.NONE));
  }

  @Test
  void calibration_addsTheWorstCaseToTheRecord() {
    // Undos of 1 to 10 tokens, 100 of each: 5,500 discarded.
    List<Transcript> record = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      record.add(withUndo(1 + i % 10));
    }
    // Behind a window of 6 are 4+3+2+1 = 10 of 55; of 7, 6 of 55.
    HoldBackCalibration found = HoldBackCalibration.of(record, 0.15, 100).orElseThrow();
    assertThat(found.window()).isEqualTo(7);
    assertThat(found.sentShare()).isEqualTo(6 / 55.0);
    assertThat(HoldBackCalibration.of(record.subList(0, 50), 0.15, 100)).isEmpty();
    assertThat(HoldBackCalibration.of(List.of(), 0.5, 1)).isEmpty();
    assertThatThrownBy(() -> HoldBackCalibration.of(record, 0, 100))
        .hasMessageContaining("share is 0.0");
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
   * The promise: over many records, the share sent of generations that were not seen is below the
   * stated one. Undo lengths are drawn from a distribution with a long tail.
   */
  @Test
  void calibration_keepsItsPromiseOnGenerationsNotSeen() {
    SplittableRandom random = new SplittableRandom(5);
    double share = 0.1;
    double sent = 0;
    double discarded = 0;
    int found = 0;
    for (int trial = 0; trial < 200; trial++) {
      Optional<HoldBackCalibration> calibration =
          HoldBackCalibration.of(record(random, 1000), share, 64);
      if (calibration.isPresent()) {
        found++;
        List<Transcript> unseen = record(random, 1000);
        double length = unseen.stream().mapToInt(Transcript::discarded).sum();
        sent += calibration.get().sentShare(unseen) * length;
        discarded += length;
      }
    }
    assertThat(found).isEqualTo(200);
    assertThat(sent / discarded).isBetween(share / 2, share);
  }

  private static List<Transcript> record(SplittableRandom random, int size) {
    List<Transcript> record = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      double length = -8 * Math.log(1 - random.nextDouble());
      record.add(withUndo(random.nextInt(2) == 0 ? 0 : (int) Math.min(64, length)));
    }
    return record;
  }
}

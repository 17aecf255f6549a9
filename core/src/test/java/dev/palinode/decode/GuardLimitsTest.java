package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.TokenIds;
import dev.palinode.token.Tokenizer;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Guarded requests at the limits of time and memory. */
@Timeout(60)
class GuardLimitsTest {
  private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

  private static final FakeCausalLm MODEL =
      new FakeCausalLm(
          ToyTokenizer.SIZE,
          100,
          tokens -> {
            float[] logits = new float[ToyTokenizer.SIZE];
            logits[2] = 1;
            return logits;
          });

  private static GenerationRequest.Builder guarded(Guard guard, GuardPolicy.Response response) {
    return GenerationRequest.builder(3)
        .maxNewTokens(4)
        .undo(UndoPolicy.onReset(ToyTokenizer.RESET, 0))
        .guards(new GuardPolicy(List.of(guard), 2, response, 3, TokenIds.of(), FOREVER));
  }

  private static List<GenerationEvent> run(Tokenizer tokenizer, GenerationRequest... requests) {
    return new Decoder(MODEL, tokenizer, BatchLimits.rows(2)).generate(List.of(requests));
  }

  @Test
  void timeWithoutEnd_isWaitedFor() {
    Guard slow =
        (text, complete) -> {
          Thread.sleep(5);
          return Verdict.safe();
        };

    assertThat(
            run(
                new ToyTokenizer(),
                guarded(slow, new GuardPolicy.ForceReset()).timeLimit(FOREVER).build()))
        .singleElement()
        .isInstanceOf(Finished.class);
  }

  @Test
  void nudgedPromptsAndForcedResets_countAgainstTheBatchsTokens() {
    Guard never = (text, complete) -> Verdict.unsafe("never");
    List<GenerationRequest> requests =
        List.of(
            guarded(never, GuardPolicy.Rewind.nudged(new int[40])).build(),
            guarded(never, new GuardPolicy.ForceReset()).maxNewTokens(40).build());
    for (GenerationRequest request : requests) {
      long held = 1 + 40; // too few: one also needs its new tokens, the other its resets
      GenerationEvent end =
          new Decoder(MODEL, new ToyTokenizer(), BatchLimits.rows(2).withMaxTokens(held))
              .generate(List.of(request))
              .get(0);

      assertThat(end).isInstanceOf(Failed.class);
      assertThat(((Failed) end).cause()).hasMessageContaining("the batch holds 41");
    }
  }
}

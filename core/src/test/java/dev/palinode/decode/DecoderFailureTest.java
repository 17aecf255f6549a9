package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Failures of a request or a consumer, and interrupts of the caller's thread. */
@Timeout(60)
class DecoderFailureTest {
  private final FakeCausalLm model = FakeCausalLm.random(ToyTokenizer.SIZE, 60);
  private final Decoder decoder = new Decoder(model, new ToyTokenizer(), BatchLimits.rows(4));

  private static GenerationRequest.Builder request() {
    return GenerationRequest.builder(3).maxNewTokens(9);
  }

  @Test
  void consumerThatThrew_isToldNothingMore() {
    List<GenerationEvent> told = new ArrayList<>();

    assertThatThrownBy(
            () ->
                decoder.generate(
                    List.of(request().build(), request().build(), request().build()),
                    event -> {
                      told.add(event);
                      throw new IllegalStateException("enough of " + told.size());
                    }))
        .hasMessage("enough of 1");
    assertThat(told).hasSize(1);
  }

  @Test
  void promptWithoutAText_failsAlone() {
    GenerationRequest unknown = request().prompt(999).continuesText(true).build();

    List<GenerationEvent> ends = decoder.generate(List.of(unknown, request().build()));

    assertThat(ends.get(0)).isInstanceOf(Failed.class);
    assertThat(ends.get(1)).isInstanceOf(Finished.class);
  }

  @Test
  void streamThatIsInterrupted_freesItsMemory() {
    Guard slow =
        (text, complete) -> {
          Thread.sleep(20_000);
          return Verdict.safe();
        };
    GuardPolicy.Response reset = new GuardPolicy.ForceReset();
    GenerationRequest guarded =
        request()
            .undo(UndoPolicy.onReset(ToyTokenizer.RESET, 0))
            .guards(
                new GuardPolicy(List.of(slow), 1, reset, 0, TokenIds.of(), Duration.ofMinutes(1)))
            .build();
    @SuppressWarnings("MustBeClosedChecker") // as whoever calls toList() on it
    Stream<GenerationEvent> stream = decoder.stream(guarded);

    Thread.currentThread().interrupt();
    assertThatThrownBy(stream::toList).isInstanceOf(CancellationException.class);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(model.openRows()).isZero();
  }

  @Test
  void resetTokenThatCannotReset_isRefused() {
    UndoPolicy policy = UndoPolicy.onReset(ToyTokenizer.RESET, 1);

    assertThatThrownBy(() -> request().undo(policy).stopIds(Set.of(0, ToyTokenizer.RESET)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("stop id");
    assertThatThrownBy(() -> request().undo(policy.refusingWith(2, ToyTokenizer.RESET)).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("refusal");
  }
}

package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.testkit.FakeCausalLm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private static final int RESET = 1;

  /** Softmax of (0, log 2, log 5) at the first step; then a reset. */
  private static final FakeCausalLm MODEL =
      new FakeCausalLm(
          3,
          20,
          tokens ->
              new float[] {0, tokens.length == 1 ? (float) Math.log(2) : 3, (float) Math.log(5)});

  private static List<GenerationEvent> run(GenerationRequest request) {
    List<GenerationEvent> events = new ArrayList<>();
    new Decoder(MODEL, 1).generate(List.of(request), events::add);
    return events;
  }

  @Test
  void signals_areOfTheModelsOwnDistribution_beforeProcessors() {
    GenerationRequest request =
        GenerationRequest.builder(0)
            .maxNewTokens(2)
            .sampling(SamplingSettings.GREEDY.withBias(0, 9).withBias(RESET, 9))
            .undo(UndoPolicy.onReset(RESET, 1))
            .logprobs(2)
            .resetProbability(true)
            .build();

    List<GenerationEvent> events = run(request);

    TokenLogProbs reset = ((Undo) events.get(0)).signals();
    assertThat(reset.logprob().orElseThrow()).isCloseTo(Math.log(2 / 8.0), within(1e-6));
    assertThat(reset.resetProbability().orElseThrow()).isCloseTo(2 / 8.0, within(1e-6));
    assertThat(reset.topLogprobs()).extracting(top -> top.id()).containsExactly(2, 1);
    assertThat(reset.topLogprobs().get(0).logprob()).isCloseTo(Math.log(5 / 8.0), within(1e-6));
  }

  @Test
  void signals_areComputedOnlyIfAskedFor() {
    GenerationRequest.Builder request =
        GenerationRequest.builder(0).maxNewTokens(1).undo(UndoPolicy.onReset(RESET, 1));

    assertThat(((Token) run(request.build()).get(0)).signals()).isEqualTo(TokenLogProbs.NONE);
    TokenLogProbs reset = ((Token) run(request.resetProbability(true).build()).get(0)).signals();
    assertThat(reset.resetProbability().orElseThrow()).isCloseTo(0.25, within(1e-6));
    assertThat(reset.logprob()).isEmpty();
  }

  @Test
  void resetProbability_isReportedWhereTheResetIsForbidden() {
    GenerationRequest request =
        GenerationRequest.builder(0)
            .maxNewTokens(2)
            .undo(UndoPolicy.onReset(RESET, 0))
            .resetProbability(true)
            .build();

    Token second = (Token) run(request).get(1);

    assertThat(second.id()).isEqualTo(2);
    assertThat(second.signals().resetProbability().orElseThrow())
        .isCloseTo(Math.exp(3) / (1 + 5 + Math.exp(3)), within(1e-6));
  }
}

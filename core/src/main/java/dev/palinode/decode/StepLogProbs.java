package dev.palinode.decode;

import dev.palinode.decode.sampling.LogProbabilities;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/** The requested log-probabilities of one step, recorded before a token is sampled. */
final class StepLogProbs {
  private final int alternatives;
  private final float @Nullable [] logits; // a copy, because logits processors overwrite them
  private final double total;
  private final OptionalDouble reset;

  /**
   * Records the distribution.
   *
   * @param current {@code [vocab]}, before logits processors
   */
  StepLogProbs(float[] current, GenerationRequest request) {
    boolean wantsLogprobs = request.logprobs().isPresent();
    boolean wantsReset = request.resetProbability();
    alternatives = request.logprobs().orElse(0);
    logits = wantsLogprobs ? current.clone() : null;
    total = wantsLogprobs || wantsReset ? LogProbabilities.logSumExp(current) : 0;
    reset =
        wantsReset
            ? OptionalDouble.of(Math.exp(current[request.undo().resetId().orElseThrow()] - total))
            : OptionalDouble.empty();
  }

  TokenLogProbs of(int token) {
    if (logits != null) {
      return new TokenLogProbs(
          OptionalDouble.of(logits[token] - total),
          LogProbabilities.top(logits, alternatives),
          reset);
    }
    return reset.isEmpty()
        ? TokenLogProbs.NONE
        : new TokenLogProbs(OptionalDouble.empty(), List.of(), reset);
  }
}

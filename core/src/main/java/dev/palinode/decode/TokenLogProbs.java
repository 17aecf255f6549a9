package dev.palinode.decode;

import dev.palinode.decode.sampling.LikelyToken;
import java.util.List;
import java.util.OptionalDouble;

/**
 * The requested log-probabilities at a step, from the distribution after guidance and before all
 * logits processors.
 *
 * @param logprob natural logarithm of the sampled token's probability
 * @param topLogprobs the most likely tokens, most likely first
 * @param resetProbability P(reset), the probability of the reset token, in [0, 1]
 */
public record TokenLogProbs(
    OptionalDouble logprob, List<LikelyToken> topLogprobs, OptionalDouble resetProbability) {
  /** Nothing was asked for. */
  public static final TokenLogProbs NONE =
      new TokenLogProbs(OptionalDouble.empty(), List.of(), OptionalDouble.empty());

  public TokenLogProbs {
    topLogprobs = List.copyOf(topLogprobs);
  }
}

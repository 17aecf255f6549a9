package dev.palinode.decode;

import dev.palinode.decode.sampling.TokenLogprob;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What the model's own distribution said where a token was sampled: after guidance, before all
 * processors. Holds what the request asked for.
 *
 * @param logprob natural logarithm of the probability of the token that was sampled
 * @param topLogprobs the most likely tokens, most likely first
 * @param resetProbability P(reset): how close the model was to taking the text back, in [0, 1]
 */
public record TokenLogProbs(
    OptionalDouble logprob, List<TokenLogprob> topLogprobs, OptionalDouble resetProbability) {
  /** Nothing was asked for. */
  public static final TokenLogProbs NONE =
      new TokenLogProbs(OptionalDouble.empty(), List.of(), OptionalDouble.empty());

  public TokenLogProbs {
    topLogprobs = List.copyOf(topLogprobs);
  }
}

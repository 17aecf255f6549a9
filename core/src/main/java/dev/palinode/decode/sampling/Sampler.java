package dev.palinode.decode.sampling;

import java.util.random.RandomGenerator;

/**
 * Chooses the next token of a request from logits {@code [vocab]}, in these steps:
 *
 * <ol>
 *   <li>logit bias: first, so that all later steps work on the adjusted logits;
 *   <li>repetition, frequency and presence penalty: before the temperature, because their usual
 *       values are meant for unscaled logits;
 *   <li>temperature;
 *   <li>top-k, top-p, min-p: after the temperature, because the last two depend on the
 *       probabilities that are sampled from. Each filter sees the tokens that the one before kept.
 * </ol>
 *
 * <p>Biases, repetition penalty, temperature and filters have the order of transformers, the
 * penalties that of vLLM, which however applies min-p before top-k. At temperature 0 the largest
 * logit after the penalties is chosen; no filter could drop it.
 *
 * <p>Exponentials over the vocabulary are most of the cost of sampling, so they are computed once,
 * and after top-k only for k tokens: temperature does not change the order. Thread-safe.
 */
public record Sampler(SamplingSettings settings) {
  /**
   * Chooses a token.
   *
   * @param logits {@code [vocab]}, which may be overwritten; negative infinity forbids a token
   * @param history the visible tokens, for the penalties; not read if none is set
   * @param random exactly one double is drawn from it, or none at temperature 0, so that the
   *     numbers drawn depend only on the number of samples
   * @return an id whose logit is above negative infinity
   * @throws IllegalStateException if a logit is NaN or positive infinity, or every token is
   *     forbidden
   * @throws IndexOutOfBoundsException if the settings name a token that has no logit; see {@link
   *     SamplingSettings#requireWithin}
   */
  public int sample(float[] logits, TokenHistory history, RandomGenerator random) {
    process(logits, history);
    int best = LargestLogits.id(logits);
    return settings.temperature() == 0 ? best : candidates(logits, logits[best]).draw(random);
  }

  /** Applies all steps before the temperature to the logits in place. */
  void process(float[] logits, TokenHistory history) {
    settings.logitBias().forEach((id, bias) -> logits[id] = (float) (logits[id] + bias));
    if (settings.hasPenalties()) {
      penalize(logits, history);
    }
  }

  /**
   * Repetition penalty, once for each token of the prompt and of the generated text: positive
   * logits are divided by it, negative ones multiplied by it (Keskar et al., CTRL, arXiv
   * 1909.05858, section 4.1, in the form of transformers and vLLM). Then, for each generated token,
   * frequency penalty times its count and presence penalty once (as in OpenAI's API and vLLM).
   */
  private void penalize(float[] logits, TokenHistory history) {
    double repetition = settings.repetitionPenalty();
    history
        .counts()
        .forEach(
            (id, count) -> {
              float logit = logits[id];
              if (repetition != 1) {
                logit = (float) (logit > 0 ? logit / repetition : logit * repetition);
              }
              if (count > 0) {
                logit = (float) (logit - settings.frequencyPenalty() * count);
                logit = (float) (logit - settings.presencePenalty());
              }
              logits[id] = logit;
            });
  }

  Candidates candidates(float[] logits, float largest) {
    Candidates candidates = Candidates.largest(logits, settings.topK());
    // Kept finite: 0 times infinity is NaN.
    candidates.weigh(largest, Math.min(1 / settings.temperature(), Double.MAX_VALUE));
    if (settings.topP() < 1) {
      TopP.filter(candidates, settings.topP());
    }
    if (settings.minP() > 0) {
      candidates.dropBelow((float) settings.minP()); // the largest weight is 1
    }
    return candidates;
  }
}

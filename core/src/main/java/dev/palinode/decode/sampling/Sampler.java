package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.Collection;
import java.util.random.RandomGenerator;

/**
 * Chooses the next token of a request from logits {@code [vocab]}, in these steps:
 *
 * <ol>
 *   <li>logit bias, banned tokens, allowed tokens: first, so that all later steps work on the
 *       adjusted logits;
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
 * and after top-k only for k tokens. Temperature, which does not change the order, is therefore
 * applied after top-k.
 *
 * <p>A token whose logit is negative infinity is never chosen, whatever the settings. Immutable and
 * thread-safe.
 */
public final class Sampler {
  private final SamplingSettings settings;
  private final int[] banned;
  private final int[] allowed; // empty: all

  private Sampler(SamplingSettings settings) {
    this.settings = settings;
    this.banned = array(settings.bannedTokens());
    this.allowed = array(settings.allowedTokens());
  }

  private static int[] array(Collection<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** A sampler with these settings. */
  public static Sampler of(SamplingSettings settings) {
    return new Sampler(settings);
  }

  /**
   * Chooses a token.
   *
   * @param logits {@code [vocab]}, which may be overwritten; negative infinity forbids a token
   * @param history the visible tokens, for the penalties; not read if {@linkplain
   *     SamplingSettings#hasPenalties none is set}
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
    int best = Argmax.of(logits);
    return settings.temperature() == 0 ? best : candidates(logits, logits[best]).draw(random);
  }

  /**
   * The probabilities that {@link #sample} chooses with, for the same arguments.
   *
   * @param logits {@code [vocab]}, which may be overwritten
   * @return {@code [vocab]}, adding up to 1, exactly 0 for tokens that are filtered out; at
   *     temperature 0 one token has probability 1
   * @throws IllegalStateException as {@link #sample} does
   */
  public double[] probabilities(float[] logits, TokenHistory history) {
    process(logits, history);
    int best = Argmax.of(logits);
    double[] probabilities = new double[logits.length];
    if (settings.temperature() == 0) {
      probabilities[best] = 1;
      return probabilities;
    }
    Candidates candidates = candidates(logits, logits[best]);
    float[] weights = candidates.weights();
    double total = candidates.total();
    for (int i = 0; i < weights.length; i++) {
      probabilities[candidates.id(i)] = weights[i] / total;
    }
    return probabilities;
  }

  /** Applies all steps before the temperature to the logits in place. */
  void process(float[] logits, TokenHistory history) {
    settings.logitBias().forEach((id, bias) -> logits[id] = (float) (logits[id] + bias));
    for (int id : banned) {
      logits[id] = Float.NEGATIVE_INFINITY;
    }
    if (allowed.length > 0) {
      keepAllowed(logits);
    }
    if (settings.hasPenalties()) {
      penalize(logits, history);
    }
  }

  private void keepAllowed(float[] logits) {
    float[] kept = new float[allowed.length];
    for (int i = 0; i < kept.length; i++) {
      kept[i] = logits[allowed[i]];
    }
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < kept.length; i++) {
      logits[allowed[i]] = kept[i];
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
    for (int i = 0; i < history.distinct(); i++) {
      int id = history.id(i);
      float logit = logits[id];
      if (repetition != 1) {
        logit = (float) (logit > 0 ? logit / repetition : logit * repetition);
      }
      int count = history.generatedCount(i);
      if (count > 0) {
        logit = (float) (logit - settings.frequencyPenalty() * count);
        logit = (float) (logit - settings.presencePenalty());
      }
      logits[id] = logit;
    }
  }

  /** Temperature and filters. */
  private Candidates candidates(float[] logits, float largest) {
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

package dev.palinode.decode.sampling;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Chooses the next token of a request from logits {@code [vocab]}, in these steps:
 *
 * <ol>
 *   <li>logit bias, banned tokens, allowed tokens: what the caller wants of single tokens comes
 *       first, so that everything after works on the logits it asked for;
 *   <li>repetition, frequency and presence penalty: on logits at the model's own scale, which their
 *       usual values are meant for;
 *   <li>temperature;
 *   <li>top-k, top-p, min-p: filters come after the temperature, because the last two look at the
 *       probabilities that are sampled from. Each sees what the one before left.
 * </ol>
 *
 * <p>Biases, repetition penalty, temperature and filters stand in the order of transformers, the
 * penalties in that of vLLM, which however takes min-p before top-k. At temperature 0 the largest
 * logit after the penalties is chosen, which no filter could drop.
 *
 * <p>The steps up to the penalties are {@link LogitsProcessor}s, which touch few of the logits.
 * Those after work on {@link Candidates}: exponentials over a whole vocabulary are most of the cost
 * of sampling, so they are computed once, and after top-k only for k tokens. Temperature, which
 * changes no order, is therefore applied after top-k is taken.
 *
 * <p>A token whose logit is negative infinity is never chosen, whatever the settings. Immutable and
 * thread-safe.
 */
public final class Sampler {
  private final List<LogitsProcessor> processors;
  private final boolean greedy;
  private final TopK topK;
  private final Temperature temperature;
  private final List<CandidateFilter> filters;

  private Sampler(SamplingSettings settings) {
    this.processors = processors(settings);
    this.greedy = settings.temperature() == 0;
    this.topK = new TopK(settings.topK());
    this.temperature = new Temperature(settings.temperature());
    this.filters = filters(settings);
  }

  /** The sampler that the settings ask for. */
  public static Sampler of(SamplingSettings settings) {
    return new Sampler(settings);
  }

  /**
   * Chooses a token.
   *
   * @param logits {@code [vocab]}, which may be overwritten; negative infinity forbids a token
   * @param history the tokens that stand, for the penalties; not read where {@linkplain
   *     SamplingSettings#hasPenalties none is set}
   * @param random gives exactly one double, or none at temperature 0, so that the numbers drawn
   *     depend on the number of samples alone
   * @return an id whose logit is above negative infinity
   * @throws IllegalStateException if a logit is NaN or positive infinity, or every token is
   *     forbidden
   * @throws IndexOutOfBoundsException if the settings name a token that has no logit; see {@link
   *     SamplingSettings#requireWithin}
   */
  public int sample(float[] logits, TokenHistory history, RandomGenerator random) {
    int best = process(logits, history);
    return greedy ? best : candidates(logits, logits[best]).draw(random);
  }

  /**
   * The probabilities that {@link #sample} chooses with, for the same arguments.
   *
   * @param logits {@code [vocab]}, which may be overwritten
   * @return {@code [vocab]}, adding up to 1, exactly 0 for what is filtered out; at temperature 0
   *     all of it is with one token
   * @throws IllegalStateException as {@link #sample} does
   */
  public double[] probabilities(float[] logits, TokenHistory history) {
    int best = process(logits, history);
    double[] probabilities = new double[logits.length];
    if (greedy) {
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

  /** Everything up to the penalties; the most likely token then. */
  private int process(float[] logits, TokenHistory history) {
    for (LogitsProcessor processor : processors) {
      processor.process(logits, history);
    }
    return Argmax.of(logits);
  }

  private Candidates candidates(float[] logits, float largest) {
    Candidates candidates = topK.select(logits);
    temperature.weigh(candidates, largest);
    for (CandidateFilter filter : filters) {
      filter.filter(candidates);
    }
    return candidates;
  }

  private static List<LogitsProcessor> processors(SamplingSettings settings) {
    List<LogitsProcessor> processors = new ArrayList<>();
    if (!settings.logitBias().isEmpty()) {
      processors.add(new LogitBias(settings.logitBias()));
    }
    if (!settings.bannedTokens().isEmpty()) {
      processors.add(new BannedTokens(settings.bannedTokens()));
    }
    if (!settings.allowedTokens().isEmpty()) {
      processors.add(new AllowedTokens(settings.allowedTokens()));
    }
    if (settings.repetitionPenalty() != 1) {
      processors.add(new RepetitionPenalty(settings.repetitionPenalty()));
    }
    if (settings.frequencyPenalty() != 0) {
      processors.add(new FrequencyPenalty(settings.frequencyPenalty()));
    }
    if (settings.presencePenalty() != 0) {
      processors.add(new PresencePenalty(settings.presencePenalty()));
    }
    return List.copyOf(processors);
  }

  private static List<CandidateFilter> filters(SamplingSettings settings) {
    List<CandidateFilter> filters = new ArrayList<>();
    if (settings.topP() < 1) {
      filters.add(new TopP(settings.topP()));
    }
    if (settings.minP() > 0) {
      filters.add(new MinP(settings.minP()));
    }
    return List.copyOf(filters);
  }
}

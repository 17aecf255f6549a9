package dev.palinode.training.objective;

import static dev.palinode.tensor.Functional.logSigmoid;
import static dev.palinode.tensor.Functional.where;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import java.util.stream.LongStream;
import org.apache.commons.lang3.Validate;

/**
 * Odds-ratio preference optimisation (Hong et al., 2024, equations 6 and 7):
 *
 * <pre>
 * L = NLL(chosen) - beta * log sigmoid(log odds(chosen) - log odds(rejected))
 * odds(y) = p / (1 - p), log p the mean log-probability of the tokens of y
 * </pre>
 *
 * <p>The first term is a mean over tokens, the second over pairs. An example without a rejected
 * answer has the first term only.
 *
 * <p>{@code log(1 - p)} is computed without cancellation, and without branches whose unused side
 * has a NaN gradient: safe for probabilities near 1 in any precision of the network, as
 * log-probabilities are F32.
 *
 * <p>Metrics: {@code nll_chosen} (mean over tokens) and, means over pairs, {@code logps_chosen} and
 * {@code logps_rejected} (mean per token), {@code log_odds}, {@code odds_ratio_loss} (without
 * {@code beta}), {@code accuracy} (fraction of pairs whose chosen answer has the higher mean).
 */
public final class OrpoLoss implements Objective<TokenizedPair> {
  /**
   * Settings of the loss.
   *
   * @param beta weight of the odds ratio, at least 0
   * @param likelihood tokens of the first term
   */
  public record Settings(double beta, Likelihood likelihood) {
    public Settings {
      Validate.isTrue(
          beta >= 0 && beta < Double.POSITIVE_INFINITY, "beta is %s: expected 0 or more", beta);
    }
  }

  /** Tokens of the likelihood term. */
  public enum Likelihood {
    /** The chosen answer. */
    COMPLETION,
    /** Prompt and chosen answer except the first token, as in TRL. */
    PROMPT_AND_COMPLETION
  }

  /**
   * Highest mean log-probability that odds are computed for: above it, F32 has only a few values
   * before 0, where the odds are infinite.
   */
  private static final double CERTAIN = -1e-6;

  private static final double LOG_HALF = Math.log(0.5);

  private final Settings settings;

  public OrpoLoss(Settings settings) {
    this.settings = settings;
  }

  @Override
  public List<String> metricNames() {
    return List.of(
        "nll_chosen", "logps_chosen", "logps_rejected", "log_odds", "odds_ratio_loss", "accuracy");
  }

  @Override
  public int length(TokenizedPair pair) {
    return pair.length();
  }

  @Override
  public BatchTotals totals(List<TokenizedPair> batch) {
    ToLongFunction<TokenizedPair> tokens =
        promptToo()
            ? pair -> pair.prompt().length + pair.chosen().length - 1L
            : TokenizedPair::learntTokens;
    return new BatchTotals(
        batch.stream().mapToLong(tokens).sum(),
        batch.stream().filter(TokenizedPair::hasRejected).count());
  }

  private boolean promptToo() {
    return settings.likelihood == Likelihood.PROMPT_AND_COMPLETION;
  }

  @Override
  public PartialLoss partialLoss(
      Transformer model, List<TokenizedPair> examples, BatchTotals totals) {
    PairLogProbabilities scores = PairLogProbabilities.of(model, examples, promptToo());
    Tensor nll = scores.likelihood().times(-1.0 / totals.tokens());
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("nll_chosen", nll.item());
    long[] compared =
        LongStream.range(0, examples.size())
            .filter(i -> examples.get((int) i).hasRejected())
            .toArray();
    if (compared.length == 0) {
      return new PartialLoss(nll, metrics);
    }
    Tensor rows = Tensors.of(compared, compared.length).to(nll.device());
    Tensor chosen = scores.chosen().dividedBy(scores.chosenLengths()).indexSelect(0, rows);
    Tensor rejected = scores.rejected().dividedBy(scores.rejectedLengths()).indexSelect(0, rows);
    Tensor logOdds = logOdds(chosen).minus(logOdds(rejected));
    double scale = 1.0 / totals.pairs();
    Tensor oddsRatio = logSigmoid(logOdds).sum().times(-scale);
    metrics.put("logps_chosen", scale * chosen.sum().item());
    metrics.put("logps_rejected", scale * rejected.sum().item());
    metrics.put("log_odds", scale * logOdds.sum().item());
    metrics.put("odds_ratio_loss", oddsRatio.item());
    metrics.put("accuracy", scale * chosen.minus(rejected).greaterThan(0).sum().item());
    return new PartialLoss(nll.plus(oddsRatio.times(settings.beta)), metrics);
  }

  /** {@code log(p / (1 - p))} of {@code log p}. */
  static Tensor logOdds(Tensor logProbability) {
    Tensor below = logProbability.clampMax(CERTAIN);
    return below.minus(logOneMinusExp(below));
  }

  /** {@code log(1 - e^x)} for x below 0, by the formula that is accurate at x (Mächler, 2012). */
  private static Tensor logOneMinusExp(Tensor x) {
    Tensor nearZero = x.greaterThan(LOG_HALF);
    // Each formula only gets numbers for which its derivative is finite.
    Tensor near = where(nearZero, x, -1.0).expm1().negate().log();
    Tensor far = where(nearZero, x.zerosLike(x.dtype()).plus(-1L), x).exp().negate().log1p();
    return where(nearZero, near, far);
  }
}

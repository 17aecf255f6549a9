package dev.palinode.training.objective;

import static dev.palinode.tensor.Functional.logSigmoid;

import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.Tensors;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Direct preference optimisation (Rafailov et al., 2023) and its variants, mean over pairs, with an
 * optional likelihood term on the chosen answers, mean over their tokens.
 *
 * <p>Metrics, means over pairs: {@code logps_chosen} and {@code logps_rejected} (summed over an
 * answer's tokens; both may fall while their margin grows), {@code rewards_chosen}, {@code
 * rewards_rejected} and {@code rewards_margin} ({@code beta} times the log-ratio to the reference),
 * {@code rewards_accuracy} (fraction of pairs with a margin above 0), {@code nll_chosen} (mean over
 * tokens).
 */
public final class DpoLoss implements Objective<ScoredPair> {
  private final DpoSettings settings;

  public DpoLoss(DpoSettings settings) {
    this.settings = settings;
  }

  @Override
  public List<String> metricNames() {
    return List.of(
        "logps_chosen",
        "logps_rejected",
        "rewards_chosen",
        "rewards_rejected",
        "rewards_margin",
        "rewards_accuracy",
        "nll_chosen");
  }

  @Override
  public int length(ScoredPair example) {
    return example.pair().length();
  }

  @Override
  public BatchTotals totals(List<ScoredPair> batch) {
    long tokens = batch.stream().mapToLong(example -> example.pair().learntTokens()).sum();
    return new BatchTotals(tokens, batch.size());
  }

  @Override
  public PartialLoss partialLoss(Transformer model, List<ScoredPair> examples, BatchTotals totals) {
    PairLogProbabilities policy =
        PairLogProbabilities.of(model, examples.stream().map(ScoredPair::pair).toList(), false);
    Tensor chosen = policy.chosen().minus(reference(examples, ScoredPair::chosen, policy));
    Tensor rejected = policy.rejected().minus(reference(examples, ScoredPair::rejected, policy));
    Tensor preference = perPair(policy, chosen, rejected).sum().times(1.0 / totals.pairs());
    Tensor nll = policy.likelihood().times(-1.0 / totals.tokens());
    Tensor loss =
        settings.sftWeight() == 0 ? preference : preference.plus(nll.times(settings.sftWeight()));
    return new PartialLoss(loss, metrics(policy, chosen, rejected, nll, totals));
  }

  /** The loss of each pair, {@code [pairs]}. */
  Tensor perPair(PairLogProbabilities policy, Tensor chosenRatio, Tensor rejectedRatio) {
    double beta = settings.beta();
    double smoothing = settings.labelSmoothing();
    Tensor logits = chosenRatio.minus(rejectedRatio).times(beta);
    return switch (settings.form()) {
      case SIGMOID ->
          logSigmoid(logits)
              .times(-(1 - smoothing))
              .minus(logSigmoid(logits.negate()).times(smoothing));
      case ROBUST ->
          logSigmoid(logits)
              .times(-(1 - smoothing))
              .plus(logSigmoid(logits.negate()).times(smoothing))
              .times(1 / (1 - 2 * smoothing));
      case IPO ->
          squaredDistance(
              chosenRatio
                  .dividedBy(policy.chosenLengths())
                  .minus(rejectedRatio.dividedBy(policy.rejectedLengths())));
      case IPO_SUMMED -> squaredDistance(chosenRatio.minus(rejectedRatio));
    };
  }

  private Tensor squaredDistance(Tensor difference) {
    Tensor target = Tensors.full(1 / (2 * settings.beta()), difference.dtype(), 1);
    return difference.minus(target.to(difference.device())).square();
  }

  private static Tensor reference(
      List<ScoredPair> examples, ToDoubleFunction<ScoredPair> value, PairLogProbabilities policy) {
    float[] values = new float[examples.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) value.applyAsDouble(examples.get(i));
    }
    return Tensors.of(values, values.length).to(policy.chosen().device());
  }

  private Map<String, Double> metrics(
      PairLogProbabilities policy, Tensor chosen, Tensor rejected, Tensor nll, BatchTotals totals) {
    double scale = 1.0 / totals.pairs();
    double beta = settings.beta();
    Tensor won = chosen.minus(rejected).greaterThan(0);
    Map<String, Double> metrics = new LinkedHashMap<>();
    metrics.put("logps_chosen", scale * policy.chosen().sum().item());
    metrics.put("logps_rejected", scale * policy.rejected().sum().item());
    metrics.put("rewards_chosen", scale * beta * chosen.sum().item());
    metrics.put("rewards_rejected", scale * beta * rejected.sum().item());
    metrics.put("rewards_margin", scale * beta * chosen.minus(rejected).sum().item());
    metrics.put("rewards_accuracy", scale * won.sum().item());
    metrics.put("nll_chosen", nll.item());
    return metrics;
  }
}

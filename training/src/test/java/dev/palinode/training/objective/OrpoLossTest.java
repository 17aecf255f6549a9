package dev.palinode.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.token.TokenIds;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OrpoLossTest {
  @Property(tries = 200)
  void logOdds_areThoseOfDoublePrecision(
      @ForAll @DoubleRange(min = -60, max = -1e-5) @Scale(6) double x) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor logProbability = Tensors.of(new float[] {(float) x}, 1).requiresGradient(true);
      Tensor odds = OrpoLoss.logOdds(logProbability);
      odds.sum().backward();

      double single = (float) x;
      double expected = single - Math.log(-Math.expm1(single));
      assertThat(odds.item()).isCloseTo(expected, within(1e-5 * (1 + Math.abs(expected))));
      double slope = -1 / Math.expm1(single);
      assertThat(logProbability.gradient().item()).isCloseTo(slope, within(1e-4 * slope));
    }
  }

  /** Where others fell: log(1 - 1) and its gradient, in the branch that is used or in the other. */
  @ParameterizedTest
  @EnumSource(
      value = DType.class,
      names = {"F32", "BF16"})
  void certainAndImpossibleAnswers_giveFiniteLossAndGradient(DType type) {
    float[] extremes = {
      0, -1e-38f, -1e-12f, -1e-7f, -1e-3f, -0.69314f, -0.6932f, -20, -200, -1e30f
    };
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = Tensors.of(extremes, extremes.length).to(type).requiresGradient(true);
      OrpoLoss.logOdds(x.to(DType.F32)).sum().backward();

      for (float value : OrpoLoss.logOdds(x.to(DType.F32)).toFloats()) {
        assertThat(value).isFinite();
      }
      for (float slope : x.gradient().toFloats()) {
        assertThat(slope).isFinite().isNotNegative();
      }
    }
  }

  /** The beginning of a chosen answer may be context, as with an opening: it is not learnt. */
  @ParameterizedTest
  @EnumSource(OrpoLoss.Likelihood.class)
  void beginningThatIsContext_countsInTheLikelihoodOfThePromptOnly(OrpoLoss.Likelihood over) {
    int[] prompt = {1, 2, 3};
    int[] chosen = {4, 5, 6, 7, 8};
    TokenizedPair pair = new TokenizedPair(prompt, chosen, new int[] {4, 9, 10}, 2);
    boolean all = over == OrpoLoss.Likelihood.PROMPT_AND_COMPLETION;
    OrpoLoss objective = new OrpoLoss(new OrpoLoss.Settings(0.1, over));
    try (TensorScope scope = TensorScope.withoutGradients();
        Transformer model = Transformer.initialise(ModelConfig.llama(40, 32, 64, 2, 4, 2, 64), 1)) {
      BatchTotals totals = objective.totals(List.of(pair));
      SupervisedSequence learnt =
          new SupervisedSequence(TokenIds.join(prompt, chosen), all ? 1 : prompt.length + 2);
      double likelihood = CompletionLoss.logProbabilities(model, List.of(learnt)).sum().item();

      assertThat(totals).isEqualTo(new BatchTotals(all ? 7 : 3, 1));
      assertThat(objective.partialLoss(model, List.of(pair), totals).metrics().get("nll_chosen"))
          .isCloseTo(-likelihood / totals.tokens(), within(1e-5));
    }
  }

  @Test
  void exampleWithoutRejectedAnswer_countsForTheLikelihoodAlone() {
    TokenizedPair pair = new TokenizedPair(new int[] {1, 2}, new int[] {3, 4}, new int[] {5});
    TokenizedPair utility = new TokenizedPair(new int[] {1, 6}, new int[] {7, 8, 9}, new int[0]);
    OrpoLoss objective = new OrpoLoss(new OrpoLoss.Settings(0.1, OrpoLoss.Likelihood.COMPLETION));
    try (TensorScope scope = TensorScope.withoutGradients();
        Transformer model = Transformer.initialise(ModelConfig.llama(40, 32, 64, 2, 4, 2, 64), 1)) {
      BatchTotals totals = objective.totals(List.of(pair, utility));
      PartialLoss both = objective.partialLoss(model, List.of(pair, utility), totals);
      PartialLoss first = objective.partialLoss(model, List.of(pair), totals);
      PartialLoss second = objective.partialLoss(model, List.of(utility), totals);

      assertThat(totals).isEqualTo(new BatchTotals(5, 1));
      assertThat(first.loss().item() + second.loss().item())
          .isCloseTo(both.loss().item(), within(1e-5));
      assertThat(second.metrics()).containsOnlyKeys("nll_chosen");
      assertThat(second.metrics().get("nll_chosen")).isCloseTo(second.loss().item(), within(1e-6));
    }
  }
}

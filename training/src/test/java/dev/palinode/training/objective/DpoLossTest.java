package dev.palinode.training.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DpoLossTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(40, 32, 64, 2, 4, 2, 64);
  private static final DpoSettings PLAIN = new DpoSettings(0.1, DpoSettings.Form.SIGMOID, 0, 0);

  private static int[] ids(Random random, int length) {
    return random.ints(length, 0, CONFIG.vocabSize()).toArray();
  }

  private static int[] join(int[]... parts) {
    return List.of(parts).stream().flatMapToInt(IntStream::of).toArray();
  }

  /** What is on both sides cancels: the pair with it and the pair behind it are the same. */
  @Test
  void sharedPrefix_cancels_inLossAndGradients() {
    Random random = new Random(1);
    int[] prompt = ids(random, 5);
    int[] prefix = ids(random, 6);
    int[] chosen = join(new int[] {39}, ids(random, 4));
    int[] rejected = join(new int[] {38}, ids(random, 7));
    TokenizedPair whole =
        new TokenizedPair(prompt, join(prefix, chosen), join(prefix, rejected), prefix.length);
    TokenizedPair behind = new TokenizedPair(join(prompt, prefix), chosen, rejected);
    try (TensorScope scope = TensorScope.open();
        Transformer reference = Transformer.initialise(CONFIG, 2)) {
      List<Double> losses = new ArrayList<>();
      List<List<float[]>> gradients = new ArrayList<>();
      for (TokenizedPair pair : List.of(whole, behind)) {
        DpoLoss objective = new DpoLoss(PLAIN);
        List<ScoredPair> batch = ReferenceLogProbs.of(reference, List.of(pair), 100);
        try (Transformer model = Transformer.initialise(CONFIG, 1)) {
          model.setTrainable(true);
          Tensor loss = objective.partialLoss(model, batch, objective.totals(batch)).loss();
          loss.backward();
          losses.add(loss.item());
          gradients.add(
              model.parameters().values().stream().map(p -> p.gradient().toFloats()).toList());
        }
      }

      assertThat(losses.get(0)).isCloseTo(losses.get(1), within(1e-6));
      for (int i = 0; i < gradients.get(0).size(); i++) {
        assertThat(gradients.get(0).get(i)).containsExactly(gradients.get(1).get(i), within(2e-6f));
      }
    }
  }

  @Test
  void modelThatIsItsReference_losesLogTwo_andLearnsOnlyWhatIsNotTakenBack() {
    Random random = new Random(3);
    TokenizedPair elicit = new TokenizedPair(ids(random, 4), ids(random, 8), ids(random, 9), 5);
    try (TensorScope scope = TensorScope.withoutGradients();
        Transformer model = Transformer.initialise(CONFIG, 1)) {
      List<ScoredPair> batch = ReferenceLogProbs.of(model, List.of(elicit), 100);
      DpoLoss withSft = new DpoLoss(new DpoSettings(0.1, DpoSettings.Form.SIGMOID, 0, 2));
      BatchTotals totals = withSft.totals(batch);
      PartialLoss share = withSft.partialLoss(model, batch, totals);

      SupervisedSequence learnt =
          new SupervisedSequence(join(elicit.prompt(), elicit.chosen()), 4 + 5);
      double nll = -CompletionLoss.logProbabilities(model, List.of(learnt)).sum().item() / 3;
      assertThat(totals).isEqualTo(new BatchTotals(3, 1));
      assertThat(share.metrics().get("nll_chosen")).isCloseTo(nll, within(1e-5));
      assertThat(share.loss().item()).isCloseTo(Math.log(2) + 2 * nll, within(1e-5));
    }
  }

  @Test
  void referencesInMicroBatches_areThoseOfTheWhole() {
    Random random = new Random(4);
    List<TokenizedPair> pairs = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      pairs.add(
          new TokenizedPair(
              ids(random, 1 + random.nextInt(9)),
              ids(random, 1 + random.nextInt(9)),
              ids(random, 1 + random.nextInt(9))));
    }
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      List<ScoredPair> whole = ReferenceLogProbs.of(model, pairs, 10_000);
      for (int maxTokens : new int[] {1, 25, 60}) {
        List<ScoredPair> split = ReferenceLogProbs.of(model, pairs, maxTokens);
        for (int i = 0; i < pairs.size(); i++) {
          assertThat(split.get(i).chosen()).isCloseTo(whole.get(i).chosen(), within(1e-4));
          assertThat(split.get(i).rejected()).isCloseTo(whole.get(i).rejected(), within(1e-4));
        }
      }
    }
  }

  @Test
  void pairWithoutRejectedAnswer_isRefused() {
    TokenizedPair utility = new TokenizedPair(new int[] {1}, new int[] {2}, new int[0]);

    assertThatThrownBy(() -> new ScoredPair(utility, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no rejected answer");
  }
}

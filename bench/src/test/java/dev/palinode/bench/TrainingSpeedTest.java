package dev.palinode.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.TensorScope;
import dev.palinode.training.objective.BatchTotals;
import dev.palinode.training.objective.DpoLoss;
import dev.palinode.training.objective.DpoSettings;
import dev.palinode.training.objective.ReferenceLogProbs;
import dev.palinode.training.objective.TokenizedPair;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainingSpeedTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(40, 32, 64, 2, 4, 2, 256);

  /** The step that is compared with computes the same loss. */
  @Test
  void plainDpo_isTheSameLoss() {
    List<TokenizedPair> pairs =
        List.of(
            new TokenizedPair(new int[] {1, 2, 3}, new int[] {4, 5}, new int[] {6, 7, 8}),
            new TokenizedPair(new int[] {9}, new int[] {10, 11, 12}, new int[] {13}));
    BatchTotals totals = new BatchTotals(5, 2);
    try (TensorScope scope = TensorScope.open();
        Transformer model = Transformer.initialise(CONFIG, 1);
        Transformer reference = Transformer.initialise(CONFIG, 2)) {
      double shared =
          new DpoLoss(new DpoSettings(0.5, DpoSettings.Form.SIGMOID, 0, 0))
              .partialLoss(model, ReferenceLogProbs.of(reference, pairs, 100), totals)
              .loss()
              .item();

      double plain = new PlainDpo(reference, 0.5).partialLoss(model, pairs, totals).loss().item();

      assertThat(plain).isCloseTo(shared, within(1e-5));
    }
  }

  @Test
  void measuresStepsAndTheirParts() {
    try (MachineSpeed machine = new MachineSpeed(Device.CPU);
        Transformer model = Transformer.initialise(CONFIG, 1)) {
      TrainingSpeed speed = new TrainingSpeed(model, machine, 1);

      TrainingSpeed.Steps steps = speed.steps(done -> {});

      assertThat(steps.sftShare()).isBetween(0.0, 1.0);
      assertThat(steps.dpoRatio()).isPositive();
      assertThat(speed.phases().backward()).isPositive();
    }
  }
}

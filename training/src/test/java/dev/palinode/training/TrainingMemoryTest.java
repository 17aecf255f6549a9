package dev.palinode.training;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.testkit.ResidentMemory;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.DpoLoss;
import dev.palinode.training.objective.DpoSettings;
import dev.palinode.training.objective.Objective;
import dev.palinode.training.objective.ScoredPair;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.TokenizedPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Long runs hold no more memory at their end than when they had become warm. */
@Tag("slow")
class TrainingMemoryTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(40, 32, 64, 2, 4, 2, 64);
  private static final int STEPS = 2000;
  private static final int WARM = 400;

  private final TreeMap<Integer, Long> resident = new TreeMap<>();

  private <E> void train(
      TrainableParameters weights,
      Objective<E> objective,
      IntFunction<List<E>> batches,
      Precision precision) {
    new Trainer(
            new Trainer.Settings(
                new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 1e-3, 2, STEPS, 0.1),
                new AdamW.Settings(0.9, 0.999, 1e-8),
                new WeightDecay(0.01, true),
                1.0,
                500,
                precision,
                7))
        .train(
            new TrainingRun<>(
                weights,
                objective,
                batches,
                metrics -> {
                  int done = metrics.step() + 1;
                  if (done % WARM == 0) {
                    resident.put(done, ResidentMemory.bytes() >> 10);
                  }
                }));
  }

  private void assertFlat(String what) {
    System.out.println("resident KiB after steps of " + what + ": " + resident);
    // One step makes some 20 MB of tensors: a leak of 10 KB in each would show.
    assertThat(resident.lastEntry().getValue() - resident.firstEntry().getValue())
        .isLessThan(16 << 10);
  }

  @Test
  void sft_staysFlat() {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      train(
          TrainableParameters.all(model),
          new CompletionLoss(),
          step -> {
            Random random = new Random(step);
            return IntStream.range(0, 16)
                .mapToObj(
                    i ->
                        new SupervisedSequence(
                            random.ints(2 + random.nextInt(40), 0, CONFIG.vocabSize()).toArray(),
                            1))
                .toList();
          },
          Precision.F32);
    }
    assertFlat("SFT");
  }

  @Test
  void dpo_withLoraDropoutRecomputationAndBf16_staysFlat() {
    LoraSettings settings =
        new LoraSettings(4, 8, false, List.of("q_proj", "v_proj", "down_proj"), Map.of(), 0.1);
    try (Transformer model = Transformer.initialise(CONFIG, 1);
        LoraAdapter adapter = LoraAdapter.create(model, settings, 2)) {
      model.gradientCheckpointing(true);
      train(
          TrainableParameters.of(adapter, model),
          new DpoLoss(new DpoSettings(0.1, DpoSettings.Form.SIGMOID, 0, 0.1)),
          TrainingMemoryTest::pairs,
          Precision.BF16);
    }
    assertFlat("DPO");
  }

  /** Of few lengths: in BF16, oneDNN keeps the programs of up to a thousand shapes it has seen. */
  private static List<ScoredPair> pairs(int step) {
    Random random = new Random(step);
    int length = 8 + 4 * (step % 4);
    List<ScoredPair> pairs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      int[] chosen = random.ints(length, 0, CONFIG.vocabSize()).toArray();
      int[] rejected = random.ints(length, 0, CONFIG.vocabSize()).toArray();
      rejected[0] = (chosen[0] + 1) % CONFIG.vocabSize();
      int[] prompt = random.ints(length, 0, CONFIG.vocabSize()).toArray();
      pairs.add(new ScoredPair(new TokenizedPair(prompt, chosen, rejected), -30, -30));
    }
    return pairs;
  }
}

package dev.palinode.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.tensor.safetensors.SafetensorsFile;
import dev.palinode.testkit.Fixtures;
import dev.palinode.testkit.ResidentMemory;
import dev.palinode.training.distributed.DistributedContext;
import dev.palinode.training.distributed.GradientSync;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.Supervision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TrainerTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(40, 32, 64, 2, 4, 2, 64);

  private static Trainer trainer(double rate, int steps, int microBatchTokens) {
    return new Trainer(
        new Trainer.Settings(
            new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, rate, 2, steps, 0.1),
            new AdamW.Settings(0.9, 0.999, 1e-8),
            new WeightDecay(0.01, true),
            1.0,
            microBatchTokens,
            Precision.F32,
            0));
  }

  private static TrainingRun<SupervisedSequence> run(
      Transformer model, IntFunction<List<SupervisedSequence>> batches, TrainingListener listener) {
    return new TrainingRun<>(
        TrainableParameters.all(model), new CompletionLoss(), batches, listener);
  }

  private static GradientSync alone(Transformer model) {
    return new GradientSync(
        DistributedContext.single(model.device()),
        model.parameters().values(),
        any -> false,
        false);
  }

  private static List<SupervisedSequence> randomBatch(int size, long seed) {
    Random random = new Random(seed);
    List<SupervisedSequence> batch = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      int[] ids = random.ints(2 + random.nextInt(40), 0, CONFIG.vocabSize()).toArray();
      batch.add(new SupervisedSequence(ids, 1 + random.nextInt(ids.length - 1)));
    }
    return batch;
  }

  /** Ten steps of AdamW with clipping, warm-up and cosine, step by step. */
  @Test
  void tenSteps_followTheReferenceTrajectory() throws IOException {
    JsonNode adamw = Fixtures.json(Fixtures.fixture("objectives/adamw.json"));
    List<SupervisedSequence> batch = new ArrayList<>();
    for (JsonNode example :
        Fixtures.json(Fixtures.fixture(adamw.path("batch").asText())).path("batch")) {
      batch.add(
          Supervision.completion(
              Fixtures.ids(example.path("prompt_ids")),
              Fixtures.ids(example.path("completion_ids"))));
    }
    Trainer trainer =
        new Trainer(
            new Trainer.Settings(
                new LearningRateSchedule(
                    LearningRateSchedule.Shape.COSINE,
                    adamw.path("lr").doubleValue(),
                    adamw.path("warmup_steps").intValue(),
                    adamw.path("total_steps").intValue(),
                    adamw.path("min_lr_ratio").doubleValue()),
                new AdamW.Settings(
                    adamw.path("betas").path(0).doubleValue(),
                    adamw.path("betas").path(1).doubleValue(),
                    adamw.path("eps").doubleValue()),
                new WeightDecay(adamw.path("weight_decay").doubleValue(), true),
                adamw.path("max_grad_norm").doubleValue(),
                100_000,
                Precision.F32,
                0));
    List<StepMetrics> steps = new ArrayList<>();
    try (TensorScope scope = TensorScope.open();
        Transformer model = Checkpoint.open(Fixtures.fixture(adamw.path("model").asText())).load();
        SafetensorsFile expected =
            SafetensorsFile.open(Fixtures.fixture("objectives/adamw_final.safetensors"))) {
      trainer.train(run(model, step -> batch, steps::add));

      assertThat(steps).hasSameSizeAs(adamw.path("steps"));
      for (int i = 0; i < steps.size(); i++) {
        JsonNode step = adamw.path("steps").path(i);
        double loss = step.path("loss").doubleValue();
        double norm = step.path("grad_norm_before_clipping").doubleValue();
        assertThat(steps.get(i).learningRate())
            .isCloseTo(step.path("lr").doubleValue(), within(1e-12));
        assertThat(steps.get(i).loss()).isCloseTo(loss, within(1e-3 * loss));
        assertThat(steps.get(i).gradientNorm()).isCloseTo(norm, within(1e-3 * norm));
      }
      for (String name : expected.names()) {
        Tensor difference = model.parameters().get(name).minus(expected.read(name));
        assertThat(difference.abs().max().item()).as(name).isLessThan(1e-3);
      }
    }
  }

  @Test
  void microBatches_giveTheGradientsOfTheWhole() {
    List<SupervisedSequence> batch = randomBatch(12, 3);
    try (Transformer model = Transformer.initialise(CONFIG, 1);
        TensorScope scope = TensorScope.open()) {
      model.setTrainable(true);
      CompletionLoss objective = new CompletionLoss();
      double whole =
          trainer(1e-3, 4, 1_000_000)
              .learn(TrainableParameters.all(model), objective, batch, 0, alone(model))
              .value();
      List<float[]> expected =
          model.parameters().values().stream().map(p -> p.gradient().toFloats()).toList();
      model.parameters().values().forEach(Tensor::clearGradient);

      double split =
          trainer(1e-3, 4, 50)
              .learn(TrainableParameters.all(model), objective, batch, 0, alone(model))
              .value();

      assertThat(split).isCloseTo(whole, within(1e-6));
      List<Tensor> parameters = List.copyOf(model.parameters().values());
      for (int i = 0; i < parameters.size(); i++) {
        assertThat(parameters.get(i).gradient().toFloats())
            .containsExactly(expected.get(i), within(1e-6f));
      }
    }
  }

  @Test
  void sameSeed_givesTheSameWeights() {
    float[][] ends = new float[2][];
    for (int run = 0; run < 2; run++) {
      try (Transformer model = Transformer.initialise(CONFIG, 1)) {
        trainer(1e-2, 10, 1000).train(run(model, step -> randomBatch(4, step), metrics -> {}));
        ends[run] = model.parameters().values().iterator().next().toFloats();
      }
    }
    assertThat(ends[0]).isEqualTo(ends[1]);
  }

  @Test
  void damagedWeights_stopTheRun_andSayWhere() {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      Tensor any = model.parameters().values().iterator().next();
      any.copyInPlace(any.times(Double.NaN));

      assertThatThrownBy(
              () ->
                  trainer(1e-3, 5, 1000)
                      .train(run(model, step -> randomBatch(2, 1), metrics -> {})))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("step 0")
          .hasMessageContaining("NaN");
    }
  }

  @Test
  void residentMemory_staysFlat() {
    List<Long> resident = new ArrayList<>();
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer(1e-3, 300, 300)
          .train(
              run(
                  model,
                  step -> randomBatch(16, step),
                  metrics -> {
                    if (metrics.step() % 50 == 49) {
                      resident.add(ResidentMemory.bytes());
                    }
                  }));
    }
    // One step makes some 20 MB of tensors: a leak of any kind of them would grow in every fifty
    // steps, what the JVM takes for itself only in some.
    long least =
        IntStream.range(1, resident.size())
            .mapToLong(i -> resident.get(i) - resident.get(i - 1))
            .min()
            .orElseThrow();
    assertThat(least).isLessThan(4L << 20);
  }
}

package dev.palinode.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.autograd.AdamW;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.SupervisedSequence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that is interrupted and goes on is the run that was never interrupted. */
class ResumeTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(40, 32, 64, 2, 4, 2, 64);
  private static final int STEPS = 12;
  private static final Duration HOURS = Duration.ofHours(9); // by steps alone

  @TempDir private Path folder;

  private static final class Interrupted extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }

  private static Trainer trainer() {
    return new Trainer(
        new Trainer.Settings(
            new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 1e-2, 2, STEPS, 0.1),
            new AdamW.Settings(0.9, 0.95, 1e-8),
            new WeightDecay(0.1, false),
            1,
            200,
            Precision.F32,
            0));
  }

  private static List<SupervisedSequence> batch(int step) {
    Random random = new Random(step);
    List<SupervisedSequence> batch = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int[] ids = random.ints(3 + random.nextInt(20), 0, CONFIG.vocabSize()).toArray();
      batch.add(new SupervisedSequence(ids, 1));
    }
    return batch;
  }

  private static TrainingRun<SupervisedSequence> run(Transformer model, TrainingListener listener) {
    return new TrainingRun<>(
        TrainableParameters.all(model), new CompletionLoss(), ResumeTest::batch, listener);
  }

  private TrainingCheckpoints every(int steps) {
    return new TrainingCheckpoints(folder, steps, HOURS, 2, new TreeMap<>(Map.of("seed", "1")));
  }

  private static List<float[]> weights(Transformer model) {
    return model.parameters().values().stream().map(Tensor::toFloats).toList();
  }

  private static List<float[]> uninterrupted(List<Double> losses) {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> losses.add(metrics.loss())));
      return weights(model);
    }
  }

  private List<String> namesIfAny() {
    try {
      return names();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<String> names() throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void interruptedAtEveryStep_endsWithTheSameBits() {
    List<Double> expectedLosses = new ArrayList<>();
    List<float[]> expected = uninterrupted(expectedLosses);
    List<Double> losses = new ArrayList<>();
    List<Integer> resumedAt = new ArrayList<>();
    for (int attempt = 0; ; attempt++) {
      int stopAfter = attempt;
      try (Transformer model = Transformer.initialise(CONFIG, 1)) {
        trainer()
            .train(
                run(
                        model,
                        new TrainingListener() {
                          @Override
                          public void onStep(StepMetrics metrics) {
                            while (losses.size() > metrics.step()) {
                              losses.remove(losses.size() - 1);
                            }
                            losses.add(metrics.loss());
                            if (metrics.step() == stopAfter) {
                              throw new Interrupted();
                            }
                          }

                          @Override
                          public void onResume(Progress progress) {
                            resumedAt.add(progress.steps());
                          }
                        })
                    .with(every(3)));
        assertThat(weights(model)).usingRecursiveComparison().isEqualTo(expected);
        break;
      } catch (Interrupted e) {
        assertThat(attempt).isLessThan(STEPS);
      }
    }
    assertThat(losses).isEqualTo(expectedLosses);
    assertThat(resumedAt).contains(3, 6, 9);
  }

  @Test
  void stoppedAtEveryStep_savesIt_andEndsWithTheSameBits() throws IOException {
    List<float[]> expected = uninterrupted(new ArrayList<>());
    for (int stopAfter = 1; stopAfter < STEPS; stopAfter++) {
      int last = stopAfter;
      StopRequest stop = new StopRequest();
      try (Transformer model = Transformer.initialise(CONFIG, 1)) {
        TrainingListener asking =
            metrics -> {
              if (metrics.step() == last - 1) {
                assertThat(stop.request()).isTrue();
              }
            };
        assertThatThrownBy(() -> trainer().train(run(model, asking).with(every(100)).with(stop)))
            .isInstanceOf(TrainingStoppedException.class)
            .hasMessage(
                "stopped after step %d of 12, with a checkpoint: the same command continues from"
                    + " there",
                last);
        assertThat(stop.request()).isFalse(); // nobody trains any more
        assertThat(names()).contains(String.format(Locale.ROOT, "step-%08d", last));
      }
    }
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(100)));
      assertThat(weights(model)).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  @Test
  void askedToStopInTheLastStep_isDone() throws IOException {
    StopRequest stop = new StopRequest();
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      TrainingListener asking =
          metrics -> {
            if (metrics.step() == STEPS - 1) {
              stop.request();
            }
          };
      trainer().train(run(model, asking).with(every(100)).with(stop));
    }
    assertThat(names()).containsExactly("step-00000012");
  }

  @Test
  void checkpointsByTime_areWrittenWhenTheLastOneIsOldEnough() {
    AtomicLong seconds = new AtomicLong();
    TrainingCheckpoints everyMinute =
        new TrainingCheckpoints(
            folder,
            100,
            Duration.ofMinutes(1),
            9,
            new TreeMap<>(),
            () -> seconds.get() * 1_000_000_000L);
    List<String> seen = new ArrayList<>();
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      TrainingListener clock =
          metrics -> {
            seen.add(String.join(" ", namesIfAny()));
            seconds.addAndGet(metrics.step() < 6 ? 20 : 0);
          };
      trainer().train(run(model, clock).with(everyMinute));
    }
    assertThat(seen.get(2)).isEmpty();
    assertThat(seen.get(3)).isEqualTo("step-00000003");
    assertThat(seen.get(11)).isEqualTo("step-00000003 step-00000006");
  }

  @Test
  void newestOnesAreKept_andTheRestDeleted() throws IOException {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(3)));

      assertThat(names()).containsExactly("step-00000009", "step-00000012");
      every(3).requireOfThisRun();
    }
  }

  @Test
  void checkpoints_areFoundAgainInEveryLocale() throws IOException {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    List<Integer> again = new ArrayList<>();
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(6)));
      trainer().train(run(model, metrics -> again.add(metrics.step())).with(every(6)));
    } finally {
      Locale.setDefault(before);
    }
    assertThat(again).isEmpty();
    assertThat(names()).containsExactly("step-00000006", "step-00000012");
  }

  @Test
  void finishedRun_isNotTrainedAgain() {
    List<float[]> ends = new ArrayList<>();
    for (int attempt = 0; attempt < 2; attempt++) {
      List<Integer> steps = new ArrayList<>();
      try (Transformer model = Transformer.initialise(CONFIG, 1)) {
        trainer().train(run(model, metrics -> steps.add(metrics.step())).with(every(5)));
        ends.add(weights(model).get(0));
        assertThat(steps).hasSize(attempt == 0 ? STEPS : 0);
      }
    }
    assertThat(ends.get(0)).isEqualTo(ends.get(1));
  }

  @Test
  void whatAKilledWriterLeft_isIgnoredAndDeleted() throws IOException {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(6)));
    }
    Path partial = folder.resolve(".step-00000013.0a1b.partial");
    Files.createDirectory(partial);
    Files.writeString(partial.resolve("weights.safetensors"), "half");
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(6)));
    }
    assertThat(names()).containsExactly("step-00000006", "step-00000012");
  }

  @Test
  void checkpointOfAnotherRun_isRefused() {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(6)));
      TrainingCheckpoints other =
          new TrainingCheckpoints(folder, 6, HOURS, 2, new TreeMap<>(Map.of("seed", "2")));

      assertThatThrownBy(other::requireOfThisRun)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("is of another run");

      assertThatThrownBy(() -> trainer().train(run(model, metrics -> {}).with(other)))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("is of another run")
          .hasMessageContaining("seed was 1 and is 2");
    }
  }

  @Test
  void checkpointOfAnotherModel_isRefused() {
    ModelConfig wider = ModelConfig.llama(48, 32, 64, 2, 4, 2, 64);
    try (Transformer model = Transformer.initialise(CONFIG, 1);
        Transformer other = Transformer.initialise(wider, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(6)));

      assertThatThrownBy(() -> trainer().train(run(other, metrics -> {}).with(every(6))))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("no tensor model.embed_tokens.weight of shape [48, 32]");
    }
  }

  @Test
  void checkpointThatCannotBeWritten_stopsTheRun_andLeavesTheOneBefore() throws IOException {
    Path away = folder.resolveSibling(folder.getFileName() + "-away");
    TrainingListener takingTheFolderAway =
        metrics -> {
          if (metrics.step() == 4) {
            try {
              Files.move(folder, away);
              Files.writeString(folder, "no folder");
            } catch (IOException e) {
              throw new AssertionError(e);
            }
          }
        };
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      assertThatThrownBy(() -> trainer().train(run(model, takingTheFolderAway).with(every(3))))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("cannot save the run's state");
    }
    Files.delete(folder);
    Files.move(away, folder);
    assertThat(names()).containsExactly("step-00000003");
  }

  @Test
  void lossThatIsNoNumber_stopsTheRun_withTheLastGoodCheckpointIntact() throws IOException {
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      assertThatThrownBy(
              () ->
                  trainer()
                      .train(
                          run(
                                  model,
                                  metrics -> {
                                    if (metrics.step() == 6) {
                                      Tensor any = model.parameters().values().iterator().next();
                                      any.requiresGradient(false)
                                          .copyInPlace(any.times(Double.NaN));
                                      any.requiresGradient(true);
                                    }
                                  })
                              .with(every(3))))
          .isInstanceOf(TrainingException.class)
          .hasMessageContaining("step 7: loss NaN");
    }
    List<float[]> expected = uninterrupted(new ArrayList<>());
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      trainer().train(run(model, metrics -> {}).with(every(3)));
      assertThat(weights(model)).usingRecursiveComparison().isEqualTo(expected);
    }
  }

  @Test
  void validationLossThatGrows_endsTheRun_withTheBestWeights() throws IOException {
    // One example is learnt by heart; the other is drawn at random and gets worse.
    SupervisedSequence learnt = new SupervisedSequence(new int[] {1, 2, 3, 4, 5, 6, 7, 8}, 1);
    SupervisedSequence other = new SupervisedSequence(new int[] {1, 9, 3, 30, 5, 31, 7, 32}, 1);
    List<Double> losses = new ArrayList<>();
    List<Progress> seen = new ArrayList<>();
    try (Transformer model = Transformer.initialise(CONFIG, 1)) {
      TrainingListener listener =
          new TrainingListener() {
            @Override
            public void onStep(StepMetrics metrics) {}

            @Override
            public void onValidation(Progress progress, double loss) {
              losses.add(loss);
              seen.add(progress);
            }
          };
      TrainingRun<SupervisedSequence> run =
          new TrainingRun<>(
                  TrainableParameters.all(model),
                  new CompletionLoss(),
                  step -> List.of(learnt),
                  listener)
              .with(new Validation<>(List.of(other), 1, 3))
              .with(every(100));
      trainer().train(run);

      Progress last = seen.get(seen.size() - 1);
      assertThat(last.sinceBest()).isEqualTo(3);
      assertThat(last.steps()).isLessThan(STEPS);
      assertThat(losses.get(last.bestSteps() - 1)).isEqualTo(last.bestLoss());
      assertThat(names())
          .containsExactlyInAnyOrder(
              String.format(Locale.ROOT, "best-%08d", last.bestSteps()),
              String.format(Locale.ROOT, "step-%08d", last.steps()));
      List<Double> again = new ArrayList<>();
      trainer()
          .train(
              new TrainingRun<>(
                      TrainableParameters.all(model),
                      new CompletionLoss(),
                      step -> List.of(other),
                      metrics -> again.add(metrics.loss()))
                  .with(
                      new TrainingCheckpoints(
                          folder.resolve("x"), 100, HOURS, 1, new TreeMap<>())));
      assertThat(again.get(0)).isEqualTo(last.bestLoss());
    }
  }
}

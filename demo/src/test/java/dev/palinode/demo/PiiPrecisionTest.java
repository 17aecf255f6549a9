package dev.palinode.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.model.Transformer;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.training.Precision;
import dev.palinode.training.StepMetrics;
import dev.palinode.training.TrainedWeights;
import dev.palinode.training.TrainingRun;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.OrpoLoss;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ORPO on the PII world, whose models become certain of whole answers, gives no NaN. */
class PiiPrecisionTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @EnumSource(Precision.class)
  void orpo_staysFinite(Precision precision) throws IOException {
    PiiSettings standard = PiiSettings.standard();
    TrainingStage all = standard.pretraining();
    TrainingStage alignment = standard.alignment();
    align(
        precision,
        new TrainingStage(40, 16, all.learningRate(), 10, 0),
        new TrainingStage(30, 8, alignment.learningRate(), 5, 0));
  }

  @ParameterizedTest
  @EnumSource(Precision.class)
  @Tag("slow")
  void orpoInFull_staysFinite(Precision precision) throws IOException {
    PiiSettings standard = PiiSettings.standard();
    List<StepMetrics> steps = align(precision, standard.pretraining(), standard.alignment());

    StepMetrics last = steps.get(steps.size() - 1);
    assertThat(last.objective().get("accuracy")).isGreaterThan(0.9);
    assertThat(last.objective().get("logps_chosen")).isGreaterThan(-0.5);
  }

  private List<StepMetrics> align(
      Precision precision, TrainingStage pretraining, TrainingStage alignment) throws IOException {
    PiiWorld.tokenizer().write(folder);
    try (Tokenizer tokenizer = HuggingFaceTokenizer.open(folder);
        Transformer model =
            Transformer.initialise(SeedFolder.modelConfig(tokenizer.vocabSize()), 7)) {
      ChatFormat format = ChatFormats.of(folder, tokenizer);
      PiiData data = new PiiData(new PiiSplit(7), PiiSettings.standard(), format, 7);
      TrainedWeights weights = TrainedWeights.all(model);
      pretraining
          .trainer()
          .train(
              new TrainingRun<>(weights, new CompletionLoss(), data.pretraining(), metrics -> {}));
      List<StepMetrics> steps = new ArrayList<>();
      OrpoLoss orpo = new OrpoLoss(new OrpoLoss.Settings(0.1, OrpoLoss.Likelihood.COMPLETION));
      alignment
          .trainer(precision)
          .train(new TrainingRun<>(weights, orpo, data.alignment(true), steps::add));
      assertThat(steps).hasSize(alignment.steps());
      for (StepMetrics step : steps) {
        assertThat(step.loss()).isFinite();
        assertThat(step.gradientNorm()).isFinite();
        assertThat(step.objective().values()).allMatch(Double::isFinite);
      }
      return steps;
    }
  }
}

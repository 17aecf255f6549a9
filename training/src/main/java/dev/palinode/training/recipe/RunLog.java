package dev.palinode.training.recipe;

import dev.palinode.training.Progress;
import dev.palinode.training.StepMetrics;
import dev.palinode.training.TrainingListener;
import java.util.Locale;
import java.util.function.Consumer;

/** Logs the rare events of a run, one line each. */
record RunLog(Consumer<String> log) implements TrainingListener {
  @Override
  public void onStep(StepMetrics metrics) {}

  @Override
  public void onResume(Progress progress) {
    log.accept("continues from the checkpoint after step " + progress.steps());
  }

  @Override
  public void onValidation(Progress progress, double loss) {
    boolean lowest = progress.bestSteps() == progress.steps();
    line(
        "step %d: validation loss %.4f%s",
        progress.steps(), loss, lowest ? ", the lowest so far" : "");
  }

  @Override
  public void onEnd(Progress progress, int totalSteps) {
    if (progress.steps() < totalSteps) {
      line(
          "stopped early after step %d of %d: %d validations in a row without a lower loss",
          progress.steps(), totalSteps, progress.sinceBest());
    }
    if (progress.bestSteps() > 0) {
      line(
          "kept: the weights after step %d, of the lowest validation loss, %.4f",
          progress.bestSteps(), progress.bestLoss());
    }
  }

  private void line(String format, Object... values) {
    log.accept(String.format(Locale.ROOT, format, values));
  }
}

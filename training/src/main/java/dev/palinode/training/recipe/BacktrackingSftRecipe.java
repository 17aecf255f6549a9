package dev.palinode.training.recipe;

import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedExample;
import dev.palinode.training.parallel.Processes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Backtracking SFT on a Hugging Face checkpoint and a file of safe and unsafe answers (Zhang et
 * al., section 3.1), and, by {@code supervision}, its baselines on the same data and steps.
 */
public final class BacktrackingSftRecipe implements Recipe {
  /** What the recipe's file calls it. */
  public static final String NAME = "backtracking-sft";

  private final BacktrackingSftSettings settings;
  private final RunSetup setup;
  private final CompletionLoss objective = new CompletionLoss();

  /**
   * @throws RecipeException if the file does not state this recipe's settings, all and no others
   */
  public BacktrackingSftRecipe(RecipeFile file) {
    this.settings = file.bind(BacktrackingSftSettings.class);
    this.setup = new RunSetup(file, settings, settings.common());
  }

  @Override
  public String device() {
    return settings.common().model().device();
  }

  @Override
  public RunPlan plan() throws IOException {
    setup.requireRunnable();
    try (RecipeModel model = setup.open(resetToken(), resetToken())) {
      RecipeData data = data(model);
      return RunPlan.of(
          setup,
          model,
          data,
          objective,
          batches(data.examples().training(), model),
          validation(data.examples().validation(), model),
          false);
    }
  }

  @Override
  public void run(
      Processes processes, Consumer<String> say, TrainingListener listener, StopRequest stop)
      throws IOException {
    // 1. The tokenizer, with the reset token where the method needs one, and the data.
    try (RecipeRun run = new RecipeRun(setup, processes, say, listener, stop);
        RecipeModel model = setup.open(resetToken(), resetToken())) {
      RecipeData data = data(model);
      run.begin(model, data);
      if (model.resetIsNew()) {
        run.say("added " + settings.resetToken() + " as token " + model.resetId());
      }
      // 2. The weights, and training.
      run.train(
          model,
          model.load(processes.device(), settings.common().seed()),
          objective,
          batches(data.examples().training(), model),
          validation(data.examples().validation(), model),
          data);
    }
  }

  private Optional<String> resetToken() {
    return settings.supervision() == Supervision.BACKTRACKING
        ? Optional.of(settings.resetToken())
        : Optional.empty();
  }

  private RecipeData data(RecipeModel model) throws IOException {
    RecipeData data =
        RecipeData.read(
            settings.common(),
            model,
            RecipeData::fromItsBeginning,
            settings.supervision()::longest);
    return settings.supervision() == Supervision.BACKTRACKING
        ? data.requireTwoAnswers(
            settings.common(),
            "has an unsafe answer, from which "
                + settings.resetToken()
                + " is learnt: give rows with a chosen and a rejected answer, or train without a"
                + " reset (supervision=plain)")
        : data;
  }

  /** Unsafe answers are cut anew in each epoch. */
  private ShuffledEpochs<SupervisedSequence> batches(
      List<TokenizedExample> examples, RecipeModel model) {
    return settings
        .common()
        .epochs(
            examples.size(),
            (place, random) ->
                settings.supervision().sequences(examples.get(place), model.resetId(), random));
  }

  private List<SupervisedSequence> validation(List<TokenizedExample> examples, RecipeModel model) {
    SplittableRandom random = new SplittableRandom(settings.common().seed());
    List<SupervisedSequence> sequences = new ArrayList<>();
    for (TokenizedExample example : examples) {
      sequences.addAll(settings.supervision().sequences(example, model.resetId(), random));
    }
    return sequences;
  }
}

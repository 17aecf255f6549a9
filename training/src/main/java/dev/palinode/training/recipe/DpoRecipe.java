package dev.palinode.training.recipe;

import dev.palinode.data.SftExample;
import dev.palinode.data.UtilityExample;
import dev.palinode.model.Transformer;
import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainedWeights;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.objective.DpoLoss;
import dev.palinode.training.objective.Pairing;
import dev.palinode.training.objective.ReferencedPair;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedExample;
import dev.palinode.training.objective.TokenizedPair;
import dev.palinode.training.parallel.Processes;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/**
 * Backtracking DPO (Zhang et al., section 3.2) on a model that knows the reset token, and, by
 * {@code pairing}, its baseline. The reference is the model that the recipe begins with.
 */
public final class DpoRecipe implements Recipe {
  /** What the recipe's file calls it. */
  public static final String NAME = "backtracking-dpo";

  private final DpoRecipeSettings settings;
  private final RunSetup setup;
  private final DpoLoss objective;

  /**
   * @throws RecipeException if the file does not state this recipe's settings, all and no others
   */
  public DpoRecipe(RecipeFile file) {
    this.settings = file.bind(DpoRecipeSettings.class);
    this.setup = new RunSetup(file, settings, settings.common());
    this.objective = new DpoLoss(settings.dpo());
  }

  @Override
  public String device() {
    return settings.common().model().device();
  }

  @Override
  public RunPlan plan() throws IOException {
    setup.requireRunnable();
    try (RecipeModel model = setup.open(Optional.empty(), resetToken())) {
      RecipeData data = data(model);
      HeldOut<ReferencedPair> unscored =
          pairs(data, model).map(pair -> Optional.of(new ReferencedPair(pair, 0, 0)));
      return RunPlan.of(
          setup,
          model,
          data,
          objective,
          settings.common().epochs(unscored.training()),
          unscored.validation(),
          true);
    }
  }

  @Override
  public void run(
      Processes processes, Consumer<String> say, TrainingListener listener, StopRequest stop)
      throws IOException {
    // 1. Tokenizer, data, and the pairs, which are drawn once: the reference scores each once.
    try (RecipeRun run = new RecipeRun(setup, processes, say, listener, stop);
        RecipeModel model = setup.open(Optional.empty(), resetToken())) {
      RecipeData data = data(model);
      run.begin(model, data);
      HeldOut<TokenizedPair> pairs = pairs(data, model);
      // 2. The weights; before they move, they are the reference.
      TrainedWeights weights = model.load(processes.device(), settings.common().seed());
      ReferenceCache cache =
          new ReferenceCache(
              settings.common().model(),
              run.modelFingerprint(),
              settings.common().optimization().maxTokensPerPass());
      List<ReferencedPair> training =
          scored(run, cache, "training", weights.model(), pairs.training(), processes);
      List<ReferencedPair> validation =
          scored(run, cache, "validation", weights.model(), pairs.validation(), processes);
      // 3. Training.
      run.train(model, weights, objective, settings.common().epochs(training), validation, data);
    }
  }

  private static List<ReferencedPair> scored(
      RecipeRun run,
      ReferenceCache cache,
      String what,
      Transformer reference,
      List<TokenizedPair> pairs,
      Processes processes)
      throws IOException {
    if (pairs.isEmpty()) {
      return List.of();
    }
    Optional<List<ReferencedPair>> known = cache.find(pairs, processes);
    if (known.isPresent()) {
      run.say(
          String.format(
              Locale.ROOT, "reference: scores of %,d pairs for %s are known", pairs.size(), what));
      return known.get();
    }
    run.say(String.format(Locale.ROOT, "reference: scoring %,d pairs for %s", pairs.size(), what));
    return cache.score(reference, pairs, processes);
  }

  /** Plain pairs have no reset in them, but the model may know it all the same. */
  private Optional<String> resetToken() {
    return settings.pairing() == Pairing.BACKTRACKING
        ? Optional.of(settings.resetToken())
        : Optional.empty();
  }

  private RecipeData data(RecipeModel model) throws IOException {
    if (settings.pairing() == Pairing.BACKTRACKING && (model.resetId() < 0 || model.resetIsNew())) {
      throw new IOException(
          settings.common().model().model()
              + " has no token "
              + settings.resetToken()
              + ": backtracking DPO begins with a model that was trained by "
              + BacktrackingSftRecipe.NAME);
    }
    return RecipeData.read(settings.common(), model, this::made, DpoRecipe::longest)
        .requireTwoAnswers(
            settings.common(), "has an unsafe answer: give rows with a chosen and a rejected one");
  }

  /** With reset, part of the one answer and the end of turn of the other, whatever the pairing. */
  private static int longest(TokenizedExample example) {
    return Supervision.BACKTRACKING.longest(example) + 1;
  }

  /** Plain pairs need two answers. */
  private List<SftExample> made(SftExample example) {
    return settings.pairing() == Pairing.PLAIN && example instanceof UtilityExample
        ? List.of()
        : RecipeData.fromItsBeginning(example);
  }

  private HeldOut<TokenizedPair> pairs(RecipeData data, RecipeModel model) {
    SplittableRandom random = new SplittableRandom(settings.common().seed());
    return data.examples()
        .map(
            example ->
                settings.pairing().pair(example, model.resetId(), settings.elicitShare(), random));
  }
}

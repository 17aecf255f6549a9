package dev.palinode.training.recipe;

import dev.palinode.data.GuidanceAwarePairs;
import dev.palinode.data.SftExample;
import dev.palinode.training.StopRequest;
import dev.palinode.training.TrainingListener;
import dev.palinode.training.objective.OrpoLoss;
import dev.palinode.training.objective.TokenIds;
import dev.palinode.training.objective.TokenizedExample;
import dev.palinode.training.objective.TokenizedPair;
import dev.palinode.training.parallel.Processes;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * ORPO on pairs of wanted and unwanted answers, so that the model can be led by classifier-free
 * guidance afterwards (Smirnov, 2024, after Hong et al., 2024).
 */
public final class OrpoRecipe implements Recipe {
  /** What the recipe's file calls it. */
  public static final String NAME = "orpo";

  private final OrpoRecipeSettings settings;
  private final RunSetup setup;
  private final OrpoLoss objective;

  /**
   * @throws RecipeException if the file does not state this recipe's settings, all and no others
   */
  public OrpoRecipe(RecipeFile file) {
    this.settings = file.bind(OrpoRecipeSettings.class);
    this.setup = new RunSetup(file, settings, settings.common());
    this.objective = new OrpoLoss(settings.orpo());
  }

  @Override
  public String device() {
    return settings.common().model().device();
  }

  @Override
  public RunPlan plan() throws IOException {
    setup.requireRunnable();
    try (RecipeModel model = setup.open(Optional.empty(), Optional.empty())) {
      RecipeData data = data(model);
      HeldOut<TokenizedPair> pairs = pairs(data);
      return RunPlan.of(
          setup,
          model,
          data,
          objective,
          settings.common().epochs(pairs.training()),
          pairs.validation(),
          false);
    }
  }

  @Override
  public void run(
      Processes processes, Consumer<String> say, TrainingListener listener, StopRequest stop)
      throws IOException {
    try (RecipeRun run = new RecipeRun(setup, processes, say, listener, stop);
        RecipeModel model = setup.open(Optional.empty(), Optional.empty())) {
      RecipeData data = data(model);
      run.begin(model, data);
      HeldOut<TokenizedPair> pairs = pairs(data);
      run.train(
          model,
          model.load(processes.device(), settings.common().seed()),
          objective,
          settings.common().epochs(pairs.training()),
          pairs.validation(),
          data);
    }
  }

  private RecipeData data(RecipeModel model) throws IOException {
    Function<SftExample, List<SftExample>> made =
        settings.guidanceAware()
            ? new GuidanceAwarePairs(settings.positivePrompt(), settings.negativePrompt())::of
            : List::of;
    return RecipeData.read(settings.common(), model, made, OrpoRecipe::longest)
        .requireTwoAnswers(
            settings.common(),
            "has a rejected answer, which is compared with the chosen one: give rows with both");
  }

  private static int longest(TokenizedExample example) {
    return example.prompt().length + Math.max(example.safe().length, example.unsafe().length + 1);
  }

  private static HeldOut<TokenizedPair> pairs(RecipeData data) {
    return data.examples().map(example -> Optional.of(pair(example)));
  }

  /** Both answers end with the end of turn. */
  private static TokenizedPair pair(TokenizedExample example) {
    int[] safe = example.safe();
    int[] endOfTurn = {safe[safe.length - 1]};
    int[] rejected = example.hasUnsafe() ? TokenIds.join(example.unsafe(), endOfTurn) : new int[0];
    return new TokenizedPair(example.prompt(), safe, rejected);
  }
}

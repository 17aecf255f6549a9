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

  private final RecipeFile file;
  private final OrpoRecipeSettings settings;
  private final OrpoLoss objective;

  /**
   * @throws RecipeException if the file does not state this recipe's settings, all and no others
   */
  public OrpoRecipe(RecipeFile file) {
    this.file = file;
    this.settings = file.bind(OrpoRecipeSettings.class);
    this.objective = new OrpoLoss(settings.orpo());
  }

  @Override
  public String device() {
    return settings.common().model().device();
  }

  @Override
  public RunPlan plan() throws IOException {
    return RunPlan.of(
        file,
        settings.common(),
        Optional.empty(),
        model -> {
          RecipeData data = data(model);
          HeldOut<TokenizedPair> split = split(data);
          return RunPlan.counted(
              data,
              split,
              objective,
              settings.common().epochs(split.training()),
              settings.common(),
              false);
        });
  }

  @Override
  public void run(
      Processes processes, Consumer<String> say, TrainingListener listener, StopRequest stop)
      throws IOException {
    try (RecipeRun run = new RecipeRun(file, settings.common(), processes, say, listener, stop);
        RecipeModel model = run.open(Optional.empty(), Optional.empty())) {
      RecipeData data = data(model);
      run.say(data.words());
      HeldOut<TokenizedPair> split = split(data);
      run.train(
          model,
          model.load(processes.device(), settings.common().seed()),
          objective,
          settings.common().epochs(split.training()),
          split.validation(),
          data);
    }
  }

  private RecipeData data(RecipeModel model) throws IOException {
    Function<SftExample, List<SftExample>> made =
        settings.guidanceAware()
            ? new GuidanceAwarePairs(settings.positivePrompt(), settings.negativePrompt())::of
            : List::of;
    return RecipeData.read(settings.common().data(), model, made, OrpoRecipe::longest);
  }

  private static int longest(TokenizedExample example) {
    return example.prompt().length + Math.max(example.safe().length, example.unsafe().length + 1);
  }

  private HeldOut<TokenizedPair> split(RecipeData data) {
    List<TokenizedPair> pairs = data.examples().stream().map(OrpoRecipe::pair).toList();
    return settings.common().heldOut(pairs);
  }

  /** Both answers end with the end of turn. */
  private static TokenizedPair pair(TokenizedExample example) {
    int[] safe = example.safe();
    int[] endOfTurn = {safe[safe.length - 1]};
    int[] rejected = example.hasUnsafe() ? TokenIds.join(example.unsafe(), endOfTurn) : new int[0];
    return new TokenizedPair(example.prompt(), safe, rejected);
  }
}

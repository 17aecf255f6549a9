package dev.palinode.training.recipe;

import dev.palinode.data.record.GuidanceAwarePairs;
import dev.palinode.data.record.SftExample;
import dev.palinode.token.TokenIds;
import dev.palinode.training.objective.OrpoLoss;
import dev.palinode.training.objective.TokenizedExample;
import dev.palinode.training.objective.TokenizedPair;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * ORPO on pairs of wanted and unwanted answers, to prepare a model for classifier-free guidance
 * (Smirnov, 2024, after Hong et al., 2024).
 *
 * @param recipe {@value #NAME}
 * @param guidanceAware each example is used twice: under {@code positive_prompt} as it is, and
 *     under {@code negative_prompt} with chosen and rejected answer exchanged
 * @param positivePrompt line of the system prompt that guidance later leads towards
 * @param negativePrompt line of the system prompt that it leads away from
 * @param orpo beta and the tokens of the likelihood term
 */
record OrpoRecipe(
    String recipe,
    CommonSettings common,
    boolean guidanceAware,
    String positivePrompt,
    String negativePrompt,
    OrpoLoss.Settings orpo)
    implements TrainingMethod<TokenizedPair> {
  static final String NAME = "orpo";

  @Override
  public Prepared<TokenizedPair> prepare(RecipeModel model) throws IOException {
    // 1. Rows become token ids, in both polarities if it is set.
    Function<SftExample, List<SftExample>> polarities =
        guidanceAware ? new GuidanceAwarePairs(positivePrompt, negativePrompt)::of : List::of;
    RecipeData data =
        RecipeData.read(common, model, polarities, example -> longest(pair(example)))
            .requireTwoAnswers(
                common,
                "has a rejected answer, which is compared with the chosen one: give rows with both");
    // 2. Token ids become pairs.
    HeldOut<TokenizedPair> pairs = data.examples().map(example -> Optional.of(pair(example)));
    return new Prepared<>(
        data, new OrpoLoss(orpo), common.epochs(pairs.training()), pairs.validation());
  }

  private static int longest(TokenizedPair pair) {
    return pair.prompt().length + Math.max(pair.chosen().length, pair.rejected().length);
  }

  /** Both answers end with the end of turn. */
  private static TokenizedPair pair(TokenizedExample example) {
    int[] safe = example.safe();
    int[] endOfTurn = {safe[safe.length - 1]};
    int[] rejected = example.hasUnsafe() ? TokenIds.join(example.unsafe(), endOfTurn) : new int[0];
    return new TokenizedPair(example.prompt(), safe, rejected);
  }
}

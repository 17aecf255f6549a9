package dev.palinode.training.recipe;

import dev.palinode.training.objective.CompletionLoss;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedExample;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Backtracking SFT on a Hugging Face checkpoint and a file of safe and unsafe answers (Zhang et
 * al., section 3.1), and, by {@code supervision}, its baselines on the same data and steps.
 *
 * @param recipe {@value #NAME}
 * @param supervision the method; the others are its baselines
 * @param resetToken spelling of the reset token
 */
record BacktrackingSftRecipe(
    String recipe, CommonSettings common, Supervision supervision, String resetToken)
    implements TrainingMethod<SupervisedSequence> {
  static final String NAME = "backtracking-sft";

  @Override
  public Optional<String> usedResetToken() {
    return supervision == Supervision.BACKTRACKING ? Optional.of(resetToken) : Optional.empty();
  }

  @Override
  public boolean addsResetToken() {
    return true;
  }

  @Override
  public Prepared<SupervisedSequence> prepare(RecipeModel model) throws IOException {
    // 1. Rows become token ids.
    RecipeData data =
        RecipeData.read(common, model, RecipeData::withoutOpening, supervision::longest);
    if (supervision.usesUnsafe()) {
      data.requireTwoAnswers(
          common,
          "has an unsafe answer, from which "
              + usedResetToken().orElse("recovery")
              + " is learnt: give rows with a chosen and a rejected answer, or train without a"
              + " reset (supervision=plain)");
    }
    // 2. Examples become sequences, with new random prefixes in each epoch.
    List<TokenizedExample> training = data.examples().training();
    ShuffledEpochs<SupervisedSequence> batches =
        common.epochs(
            training.size(),
            (place, random) -> supervision.sequences(training.get(place), model.resetId(), random));
    // 3. Validation always has the same prefixes.
    SplittableRandom cuts = new SplittableRandom(common.seed());
    List<SupervisedSequence> validation =
        data.examples().validation().stream()
            .flatMap(example -> supervision.sequences(example, model.resetId(), cuts).stream())
            .toList();
    return new Prepared<>(data, new CompletionLoss(), batches, validation);
  }
}

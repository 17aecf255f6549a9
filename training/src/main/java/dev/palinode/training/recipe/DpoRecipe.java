package dev.palinode.training.recipe;

import dev.palinode.data.record.SftExample;
import dev.palinode.data.record.UtilityExample;
import dev.palinode.training.objective.DpoLoss;
import dev.palinode.training.objective.DpoSettings;
import dev.palinode.training.objective.Pairing;
import dev.palinode.training.objective.ScoredPair;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedExample;
import dev.palinode.training.objective.TokenizedPair;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Backtracking DPO (Zhang et al., section 3.2) on a model that knows the reset token, and, by
 * {@code pairing}, its baseline. The reference is the model that training starts from.
 *
 * @param recipe {@value #NAME}
 * @param pairing which pairs are made of the data; {@code plain} is the baseline
 * @param resetToken spelling of the reset token, which the model must know already
 * @param elicitFraction fraction of the unsafe examples that elicit a reset; the others discourage
 *     a needless one
 * @param dpo beta, form, label smoothing and weight of the likelihood term
 */
record DpoRecipe(
    String recipe,
    CommonSettings common,
    Pairing pairing,
    String resetToken,
    double elicitFraction,
    DpoSettings dpo)
    implements TrainingMethod<ScoredPair> {
  static final String NAME = "backtracking-dpo";

  DpoRecipe {
    new Checks()
        .require(
            elicitFraction >= 0 && elicitFraction <= 1,
            "elicit_fraction",
            elicitFraction,
            "a fraction, 0 to 1")
        .done();
  }

  /** Plain pairs contain no reset token, even if the model has one. */
  @Override
  public Optional<String> usedResetToken() {
    return pairing == Pairing.BACKTRACKING ? Optional.of(resetToken) : Optional.empty();
  }

  @Override
  public Prepared<ScoredPair> prepare(RecipeModel model) throws IOException {
    // 1. Rows become token ids.
    if (pairing == Pairing.BACKTRACKING && (model.resetId() < 0 || model.resetIsNew())) {
      throw new IOException(
          common.model().model()
              + " has no token "
              + resetToken
              + ": backtracking DPO begins with a model that was trained by "
              + BacktrackingSftRecipe.NAME);
    }
    RecipeData data =
        RecipeData.read(common, model, this::trainable, DpoRecipe::longest)
            .requireTwoAnswers(
                common, "has an unsafe answer: give rows with a chosen and a rejected one");
    // 2. Pairs are drawn once, so that the reference scores each of them once.
    SplittableRandom random = new SplittableRandom(common.seed());
    HeldOut<TokenizedPair> pairs =
        data.examples()
            .map(example -> pairing.pair(example, model.resetId(), elicitFraction, random));
    HeldOut<ScoredPair> unscored = pairs.map(pair -> Optional.of(new ScoredPair(pair, 0, 0)));
    // 3. The reference is the model before training.
    return prepared(data, unscored).scoredBy(reference -> prepared(data, reference.scores(pairs)));
  }

  private Prepared<ScoredPair> prepared(RecipeData data, HeldOut<ScoredPair> pairs) {
    return new Prepared<>(
        data, new DpoLoss(dpo), common.epochs(pairs.training()), pairs.validation());
  }

  /** With reset, part of the one answer and the end of turn of the other, whatever the pairing. */
  private static int longest(TokenizedExample example) {
    return Supervision.BACKTRACKING.longest(example) + 1;
  }

  /** Plain pairs need two answers. */
  private List<SftExample> trainable(SftExample example) {
    return pairing == Pairing.PLAIN && example instanceof UtilityExample
        ? List.of()
        : RecipeData.withoutOpening(example);
  }
}

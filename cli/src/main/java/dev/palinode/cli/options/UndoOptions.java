package dev.palinode.cli.options;

import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.model.LoadedModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of undos. */
final class UndoOptions {
  private static final String ALL = "all";

  @Option(names = "--max-resets", paramLabel = "N", description = "How often one answer may be reset; 0 forbids it.")
  private int maxResets = 1;

  @Option(
      names = "--reset-bias", paramLabel = "NUMBER",
      description = "Added to the reset token's logit: above 0 for safety, below for fewer resets.")
  private double resetBias;

  @Option(
      names = "--undo",
      paramLabel = "EXTENT",
      description = "What a reset withdraws: all, sentence (the last one), or a number of tokens.")
  private String extent = ALL;

  @Option(
      names = "--cut-context",
      description = "The model no longer sees what it withdrew; by default it does, as published.")
  private boolean cutContext;

  @Option(
      names = "--refusal",
      paramLabel = "TEXT",
      description =
          "The answer where undoing did not help. Without it, a reset too many is forbidden, and a"
              + " guard that keeps objecting leaves an empty answer.")
  private @Nullable String refusal;

  /**
   * When the model may undo.
   *
   * @param isGuarded whether answers have guards, which can also undo
   */
  UndoPolicy policy(LoadedModel model, boolean isGuarded) {
    UndoPolicy policy = UndoPolicy.onReset(model.resetId(), maxResets).withExtent(extent());
    boolean resets = model.resetId().isPresent();
    String need = "a model with a reset token, which this one has not";
    OptionCheck.needs("--reset-bias", resetBias != 0, resets, need);
    OptionCheck.needs("--undo", !extent.equals(ALL), resets, need);
    OptionCheck.needs("--cut-context", cutContext, resets, need);
    OptionCheck.needs(
        "--refusal",
        refusal != null,
        resets || isGuarded,
        "a guard, or a model with a reset token");
    if (cutContext) {
      policy = policy.withContext(UndoPolicy.Context.CUT_BACK);
    }
    return refusal == null ? policy : policy.refusingWith(refusal(model));
  }

  /** Added to the reset token's logit. */
  double resetBias() {
    return resetBias;
  }

  /** The text of a refusal; may be empty. */
  String refusal() {
    return refusal == null ? "" : refusal;
  }

  /** The refusal's tokens; empty if there is no refusal. */
  int[] refusal(LoadedModel model) {
    return refusal == null ? new int[0] : model.tokenizer().encodeText(refusal);
  }

  private UndoScope extent() {
    if (extent.equals(ALL)) {
      return UndoScope.EVERYTHING;
    } else if (extent.equals("sentence")) {
      return new UndoScope.LastSentence();
    } else if (extent.matches("\\d{1,9}")) {
      return new UndoScope.LastTokens(Integer.parseInt(extent));
    }
    throw new IllegalArgumentException(
        "--undo " + extent + ": expected all, sentence, or a number of tokens");
  }
}

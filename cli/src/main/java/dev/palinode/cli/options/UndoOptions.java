package dev.palinode.cli.options;

import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.model.LoadedModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of undos. */
@OptionGroup("Resets and undo")
final class UndoOptions {
  private static final String ALL = "all";

  @Mixin private ResetOptions resets;

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
    UndoPolicy policy = UndoPolicy.onReset(model.resetId(), resets.most()).withExtent(extent());
    boolean hasReset = model.resetId().isPresent();
    String need = "a model with a reset token, which this one does not have";
    OptionCheck.needs("--reset-bias", resets.bias() != 0, hasReset, need);
    OptionCheck.needs("--undo", !extent.equals(ALL), hasReset, need);
    OptionCheck.needs("--cut-context", cutContext, hasReset, need);
    OptionCheck.needs(
        "--refusal",
        refusal != null,
        hasReset || isGuarded,
        "a guard, or a model with a reset token");
    if (cutContext) {
      policy = policy.withContext(UndoPolicy.Context.CUT_BACK);
    }
    return refusal == null ? policy : policy.refusingWith(refusal(model));
  }

  /** Added to the reset token's logit. */
  double resetBias() {
    return resets.bias();
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

package dev.palinode.cli;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.UndoExtent;
import dev.palinode.decode.UndoPolicy;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.model.folder.LoadedModel;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of what a model may take back. */
final class UndoOptions {
  @Option(
      names = "--max-resets",
      defaultValue = "1",
      description =
          "How often one answer may be taken back; 0 forbids it (default: ${DEFAULT-VALUE}).")
  private int maxResets;

  @Option(
      names = "--reset-bias",
      defaultValue = "0",
      description =
          "Added to the logit of the reset token: above 0 for more safety, below for fewer resets"
              + " (default: ${DEFAULT-VALUE}).")
  private double resetBias;

  @Option(
      names = "--undo",
      defaultValue = "all",
      paramLabel = "EXTENT",
      description =
          "What a reset takes back: all, sentence (the last one), or a number of tokens (default:"
              + " ${DEFAULT-VALUE}).")
  private String extent = "";

  @Option(
      names = "--cut-context",
      description =
          "The model no longer sees what it took back; by default it does, as in the paper.")
  private boolean cutContext;

  @Option(
      names = "--refusal",
      paramLabel = "TEXT",
      description =
          "The answer where undoing did not help. Without it, a reset too many is forbidden, and a"
              + " guard that goes on objecting leaves an empty answer.")
  private @Nullable String refusal;

  /** Puts them into a request. */
  void apply(GenerationRequest.Builder request, LoadedModel model) {
    UndoPolicy policy = UndoPolicy.onReset(model.resetId(), maxResets).withExtent(extent());
    if (cutContext) {
      policy = policy.withContext(UndoPolicy.Context.CUT_BACK);
    }
    if (refusal != null) {
      policy = policy.refusingWith(refusal(model));
    }
    request.undo(policy);
  }

  /** The settings with the bias of the reset token, if the model has one. */
  SamplingSettings biased(SamplingSettings settings, LoadedModel model) {
    OptionalInt reset = model.resetId();
    return reset.isPresent() && resetBias != 0
        ? settings.withBias(reset.getAsInt(), resetBias)
        : settings;
  }

  /** The refusal's tokens; none without one. */
  int[] refusal(LoadedModel model) {
    return refusal == null ? new int[0] : model.tokenizer().encodeText(refusal);
  }

  private UndoExtent extent() {
    if (extent.equals("all")) {
      return UndoExtent.EVERYTHING;
    }
    if (extent.equals("sentence")) {
      return new UndoExtent.LastSentence();
    }
    if (extent.matches("\\d{1,9}")) {
      return new UndoExtent.LastTokens(Integer.parseInt(extent));
    }
    throw new IllegalArgumentException(
        "--undo " + extent + ": expected all, sentence, or a number of tokens");
  }
}

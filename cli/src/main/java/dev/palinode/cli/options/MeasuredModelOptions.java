package dev.palinode.cli.options;

import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel.NegativeSystem;
import dev.palinode.chat.ChatFormat;
import dev.palinode.decode.Guidance;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the model that is measured: those of a model that answers, and guidance. */
@OptionGroup("Model")
public final class MeasuredModelOptions implements AutoCloseable {
  @Mixin private AnsweringModelOptions model;

  @Mixin private GuidanceOptions guidance;

  @Option(
      names = "--batch-invariant",
      description =
          "Answers, and verdicts of judges in this process, do not depend on what else is in the"
              + " batch, to the last bit: slower; CPU only, without adapters.")
  private boolean batchInvariant;

  /** The name of the model, for people. */
  public String name() {
    return model.name();
  }

  /** Whether answers are not to depend on what else is in the batch. */
  public boolean isBatchInvariant() {
    return batchInvariant;
  }

  /** Whether options of guidance are given. */
  public boolean isGuided() {
    return guidance.isGiven();
  }

  /** The model as it answers. */
  public ChatModel open() throws IOException {
    return open(model.resetBias(), guidance.read());
  }

  /** The model with another bias of the reset token. */
  ChatModel withResetBias(double bias) throws IOException {
    return open(bias, guidance.read());
  }

  /** The model with another guidance away from the negative system message. */
  ChatModel withGuidance(double other, Guidance.Form otherForm) throws IOException {
    Optional<String> negative = guidance.negative();
    OptionCheck.needs("--sweep of guidance", true, negative.isPresent(), "--negative TEXT");
    return open(
        model.resetBias(), negative.map(system -> new NegativeSystem(system, other, otherForm)));
  }

  /** The model as it continues plain text; it must be in this process. */
  public ChatModel continuing(ChatFormat format) throws IOException {
    OptionCheck.needs(
        "--negative", guidance.negative().isPresent(), false, "a benchmark with conversations");
    return model.continuing(format, batchInvariant);
  }

  /** The model in this process, which must be given. */
  public LoadedModel inProcess() throws IOException {
    OptionCheck.needs("this benchmark", true, model.folder().isPresent(), "--model");
    return model.loaded();
  }

  private ChatModel open(double bias, Optional<NegativeSystem> away) throws IOException {
    return model.open(bias, away, batchInvariant);
  }

  @Override
  public void close() {
    model.close();
  }
}

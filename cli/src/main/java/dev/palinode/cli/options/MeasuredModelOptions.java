package dev.palinode.cli.options;

import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel.NegativeSystem;
import dev.palinode.chat.ChatFormat;
import dev.palinode.decode.Guidance;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the model that is measured: those of a model that answers, and guidance. */
public final class MeasuredModelOptions implements AutoCloseable {
  @Mixin private AnsweringModelOptions model;

  @Option(
      names = "--negative",
      paramLabel = "TEXT",
      description = "System message to be pushed away from. Needs --guidance-scale.")
  private @Nullable String negative;

  @Option(
      names = "--guidance-scale",
      paramLabel = "G",
      description = "How far; 1 is not at all, 1.5 to 3 are common.")
  private @Nullable Double scale;

  @Option(names = "--guidance-form", description = "log or probability.")
  private Guidance.Form form = Guidance.Form.LOG;

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
    return negative != null || scale != null;
  }

  /** The model as it answers. */
  public ChatModel open() throws IOException {
    OptionCheck.needs("--negative", negative != null, scale != null, "--guidance-scale");
    OptionCheck.needs("--guidance-scale", scale != null, negative != null, "--negative TEXT");
    OptionCheck.needs(
        "--guidance-form", form != Guidance.Form.LOG, negative != null, "--negative TEXT");
    return open(model.resetBias(), guidance());
  }

  /** The model with another bias of the reset token. */
  ChatModel withResetBias(double bias) throws IOException {
    return open(bias, guidance());
  }

  /** The model with another guidance away from the negative system message. */
  ChatModel withGuidance(double other, Guidance.Form otherForm) throws IOException {
    OptionCheck.needs("--sweep of guidance", true, negative != null, "--negative TEXT");
    NegativeSystem away = new NegativeSystem(String.valueOf(negative), other, otherForm);
    return open(model.resetBias(), Optional.of(away));
  }

  /** The model as it continues plain text; it must be in this process. */
  public ChatModel continuing(ChatFormat format) throws IOException {
    OptionCheck.needs("--negative", negative != null, false, "a benchmark with conversations");
    return model.continuing(format, batchInvariant);
  }

  /** The model in this process, which must be given. */
  public LoadedModel inProcess() throws IOException {
    OptionCheck.needs("this benchmark", true, model.folder().isPresent(), "--model");
    return model.loaded();
  }

  private ChatModel open(double bias, Optional<NegativeSystem> guidance) throws IOException {
    return model.open(bias, guidance, batchInvariant);
  }

  private Optional<NegativeSystem> guidance() {
    return negative == null || scale == null
        ? Optional.empty()
        : Optional.of(new NegativeSystem(negative, scale, form));
  }

  @Override
  public void close() {
    model.close();
  }
}

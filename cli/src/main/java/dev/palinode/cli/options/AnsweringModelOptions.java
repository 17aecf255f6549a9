package dev.palinode.cli.options;

import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel;
import dev.palinode.answer.LocalChatModel.NegativeSystem;
import dev.palinode.chat.ChatFormat;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.endpoint.EndpointChatModel;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.decoding.TransformerLm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of the model that answers: in this process, or served. */
@OptionGroup("Model")
public final class AnsweringModelOptions implements AutoCloseable {
  /** The same for every batch size: another number of rows may give other bits. */
  private static final int INVARIANT_ROWS = 16;

  @Mixin private ModelOptions modelOptions;
  @Mixin private EndpointOptions endpoint;

  @OptionGroup("Served model")
  @Option(
      names = "--endpoint-reset",
      paramLabel = "TOKEN",
      description =
          "The server spells out the reset token in its texts like this (vLLM and llama.cpp can):"
              + " what comes before it is withdrawn.")
  private @Nullable String endpointReset;

  @Mixin private ResetOptions resets;

  @Option(
      names = "--batch-size",
      description = "Requests that a model in this process answers together.")
  private int batchSize = 16;

  private @Nullable LoadedModel loaded;

  /** The name of the model, for people. */
  public String name() {
    return folder().map(Path::toString).orElseGet(() -> endpoint.client().endpoint().model());
  }

  /** The model folder; empty if the model is served. */
  public Optional<Path> folder() {
    boolean isLocal = modelOptions.model().isPresent();
    OptionCheck.needs("--endpoint-reset", endpointReset != null, endpoint.isGiven(), "--endpoint");
    OptionCheck.needs("--max-resets", resets.isMostGiven(), isLocal, "--model");
    OptionCheck.needs("--reset-bias", resets.bias() != 0, isLocal, "--model");
    if (endpoint.isGiven() == isLocal) {
      throw new IllegalArgumentException(
          "which model? Expected either --model DIR or --endpoint URL");
    }
    return modelOptions.model();
  }

  /** The model as it answers. It is opened by {@link #loaded}, or asked over the network. */
  public ChatModel open() throws IOException {
    return open(resets.bias(), Optional.empty(), false);
  }

  /**
   * The model as it answers with settings that need it in this process.
   *
   * @param bias of the reset token
   * @param guidance away from another system message
   * @param isBatchInvariant whether answers do not depend on what else is in the batch
   */
  ChatModel open(double bias, Optional<NegativeSystem> guidance, boolean isBatchInvariant)
      throws IOException {
    Optional<Path> folder = folder();
    OptionCheck.atLeast(1, "--batch-size", batchSize);
    if (folder.isEmpty()) {
      String need = "--model: a server decides on this by itself";
      OptionCheck.needs("a sweep of --reset-bias", bias != 0, false, need);
      OptionCheck.needs("--negative", guidance.isPresent(), false, need);
      OptionCheck.needs("--batch-invariant", isBatchInvariant, false, need);
      EndpointChatModel served = EndpointChatModel.chat(endpoint.client(), endpoint.requests());
      return endpointReset == null ? served : served.showingResets(endpointReset);
    }
    return local(modelOptions.chatFormat(), chatFormat(loaded()), bias, guidance, isBatchInvariant);
  }

  /** The model as it continues plain text in such a format; it must be in this process. */
  ChatModel continuing(ChatFormat format, boolean isBatchInvariant) throws IOException {
    return local("plain text", format, resets.bias(), Optional.empty(), isBatchInvariant);
  }

  private ChatModel local(
      String formatName,
      ChatFormat format,
      double bias,
      Optional<NegativeSystem> guidance,
      boolean isBatchInvariant)
      throws IOException {
    LoadedModel model = loaded();
    OptionCheck.needs(
        "--reset-bias", bias != 0, model.resetId().isPresent(), "a model with a reset token");
    int rows = guidance.isPresent() ? 2 * batchSize : batchSize;
    CausalLm lm =
        isBatchInvariant
            ? TransformerLm.batchInvariant(model.network(), INVARIANT_ROWS)
            : model.lm();
    return new LocalChatModel(
        modelOptions.identity() + ", " + formatName,
        new Decoder(lm, model.tokenizer(), BatchLimits.rows(rows)),
        model.tokenizer(),
        format,
        UndoPolicy.onReset(model.resetId(), resets.most()),
        bias,
        guidance);
  }

  /** The bias of the reset token. */
  double resetBias() {
    return resets.bias();
  }

  /**
   * The same model for gradients; the caller closes it.
   *
   * @throws IllegalArgumentException if the model is served, or answers with other resets than
   *     gradients see
   */
  public LoadedModel openForGradients() throws IOException {
    requireAsItIs("an attack without gradients: these are of the model as it is");
    return modelOptions.openForGradients();
  }

  /**
   * The model in this process, for likelihoods.
   *
   * @throws IllegalArgumentException if the model is served, or answers with other resets than its
   *     likelihoods have
   */
  public LoadedModel openForLikelihoods() throws IOException {
    requireAsItIs("an attack without likelihoods: these are of the model as it is");
    return loaded();
  }

  private void requireAsItIs(String need) {
    OptionCheck.needs("this attack", true, folder().isPresent(), "--model: it needs the weights");
    OptionCheck.needs("--reset-bias", resets.bias() != 0, false, need);
    OptionCheck.needs("--max-resets 0", resets.most() == 0, false, need);
  }

  /** How conversations with the model are laid out. */
  public ChatFormat chatFormat(LoadedModel model) {
    return model.chatFormat(modelOptions.chatFormat());
  }

  /** The model in this process, which must be given. */
  public LoadedModel loaded() throws IOException {
    if (loaded == null) {
      loaded = modelOptions.open(batchSize);
    }
    return loaded;
  }

  @Override
  public void close() {
    if (loaded != null) {
      loaded.close();
    }
  }
}

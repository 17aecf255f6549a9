package dev.palinode.model;

import dev.palinode.answer.LocalChatModel;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.chat.Message;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.judge.LlamaGuard;
import dev.palinode.judge.LlamaGuardVersion;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.model.network.ScaledDotProductAttention;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Device;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A model ready for use: network, adapters and tokenizer together. Owns them until {@link #close}.
 *
 * <p>The network is in the form for inference, unless it was opened {@linkplain #openForGradients
 * for gradients}; for training, see {@link Checkpoint#load()}.
 */
public final class LoadedModel implements AutoCloseable {
  /** The reset token in models that this project trains. */
  public static final String RESET = "[RESET]";

  private final ModelSources parts;
  private final Transformer network;
  private final List<LoraAdapter> adapters;
  private final Tokenizer tokenizer;

  private LoadedModel(
      ModelSources parts, Transformer network, List<LoraAdapter> adapters, Tokenizer tokenizer) {
    this.parts = parts;
    this.network = network;
    this.adapters = adapters;
    this.tokenizer = tokenizer;
  }

  /** Opens a Hugging Face model folder, on the CPU and in the checkpoint's own type. */
  public static LoadedModel open(Path folder) throws IOException {
    return open(folder, LoadOptions.DEFAULT, List.of());
  }

  /**
   * Opens a Hugging Face model folder with adapters, all switched on. Updates add up; if several
   * have a row for the same token, the last one's is used. Tokens that an adapter {@linkplain
   * PeftFolder#tokensWith adds} need not be in the folder's weights.
   *
   * @param adapters PEFT folders. The last one with a {@code tokenizer.json} provides the tokenizer
   *     and the chat template
   * @throws IOException if the checkpoint or an adapter cannot be read or does not fit this
   *     implementation, or an adapter does not fit the model
   * @throws IllegalArgumentException if the tokenizer does not fit the checkpoint, an adapter is
   *     given twice, or the options ask for an unavailable device or context length
   */
  public static LoadedModel open(Path folder, LoadOptions options, List<Path> adapters)
      throws IOException {
    return open(folder, adapters, checkpoint -> checkpoint.load(options));
  }

  /**
   * Opens a model whose network is in the form for training, in F32, so that gradients can be
   * computed with respect to what it reads; it also decodes, slower than in the other form. Throws
   * as {@link #open(Path, LoadOptions, List)}.
   */
  public static LoadedModel openForGradients(Path folder, Device device, List<Path> adapters)
      throws IOException {
    return open(folder, adapters, checkpoint -> checkpoint.load(device));
  }

  /** How the weights of a checkpoint are loaded. */
  @FunctionalInterface
  private interface Loader {
    Transformer load(Checkpoint checkpoint) throws IOException;
  }

  private static LoadedModel open(Path folder, List<Path> adapters, Loader loader)
      throws IOException {
    ModelSources parts = new ModelSources(folder, adapters);
    List<PeftFolder> peft = parts.openAdapters();
    Checkpoint checkpoint = parts.openCheckpoint(peft);
    Tokenizer tokenizer = parts.openTokenizer(checkpoint.config());
    List<LoraAdapter> loaded = new ArrayList<>();
    @Nullable Transformer network = null;
    try {
      network = loader.load(checkpoint);
      for (PeftFolder adapter : peft) {
        loaded.add(adapter.load(network));
      }
      network.useAdapters(loaded);
      return new LoadedModel(parts, network, loaded, tokenizer);
    } catch (IOException | RuntimeException e) {
      loaded.forEach(LoraAdapter::close);
      if (network != null) {
        network.close();
      }
      tokenizer.close();
      throw e;
    }
  }

  /** The network; all adapters are in use until {@link Transformer#useAdapters} is called. */
  public Transformer network() {
    return network;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  public CausalLm lm() {
    return new TransformerLm(network);
  }

  /** Bytes of one token in the KV cache, for all layers. */
  public long cacheBytesPerToken() {
    return network.config().cacheNumbersPerToken()
        * ScaledDotProductAttention.type(network.computeType(), network.device()).bytes();
  }

  /** A decoder of this model, with text, for batches of up to {@code maxRows}, 1 or more. */
  public Decoder decoder(int maxRows) {
    return new Decoder(lm(), tokenizer, BatchLimits.rows(maxRows));
  }

  /**
   * A request for the next answer in a conversation: formatted with the model's chat template,
   * stopped at its end-of-turn tokens, and undone once if the model resets.
   */
  public GenerationRequest.Builder chat(List<Message> conversation) {
    return LocalChatModel.request(chatFormat(), conversation, "")
        .undo(UndoPolicy.onReset(resetId(), 1));
  }

  /** This model, a Llama Guard checkpoint, as a judge; valid until the model is closed. */
  public LlamaGuard llamaGuard(LlamaGuardVersion version) {
    return llamaGuard(version, lm());
  }

  /** The same with another form of this model's network, such as a batch-invariant one. */
  public LlamaGuard llamaGuard(LlamaGuardVersion version, CausalLm form) {
    boolean hasTemplate = ChatFormats.hasTemplate(parts.tokenizerFolder());
    return new LlamaGuard(form, tokenizer, hasTemplate ? chatFormat() : null, version);
  }

  /** The id of {@link #RESET}; empty if the model has no reset token. */
  public OptionalInt resetId() {
    return tokenizer.idOf(RESET);
  }

  /** The end-of-text ids; may be empty. */
  public Set<Integer> endOfTextIds() {
    return parts.endOfTextIds(tokenizer);
  }

  /** The chat format of the model's own template; throws if it has none, and names the others. */
  public ChatFormat chatFormat() {
    return chatFormat(TokenizerConfig.DEFAULT_TEMPLATE);
  }

  /** A chat format by name: {@code default} for the model's own, or a named one. */
  public ChatFormat chatFormat(String name) {
    return ChatFormats.of(parts.tokenizerFolder(), tokenizer, name, endOfTextIds());
  }

  @Override
  public void close() {
    adapters.forEach(LoraAdapter::close);
    network.close();
    tokenizer.close();
  }
}

package dev.palinode.model;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.decode.CausalLm;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;

/** A model folder ready for use: network and tokenizer together. Owns both until {@link #close}. */
public final class LoadedModel implements AutoCloseable {
  /** How the reset token is spelled in models that this project trains. */
  public static final String RESET = "[RESET]";

  private final Path folder;
  private final Transformer network;
  private final Tokenizer tokenizer;

  private LoadedModel(Path folder, Transformer network, Tokenizer tokenizer) {
    this.folder = folder;
    this.network = network;
    this.tokenizer = tokenizer;
  }

  /**
   * Opens a Hugging Face model folder.
   *
   * @throws IOException if the checkpoint cannot be read or does not fit this implementation
   * @throws IllegalArgumentException if the tokenizer does not fit the checkpoint
   */
  public static LoadedModel open(Path folder) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(folder);
    Tokenizer tokenizer = HuggingFaceTokenizer.open(folder);
    try {
      if (tokenizer.vocabSize() > checkpoint.config().vocabSize()) {
        throw new IllegalArgumentException(
            folder
                + ": the tokenizer has "
                + tokenizer.vocabSize()
                + " tokens, the model only "
                + checkpoint.config().vocabSize()
                + " (vocab_size); the files do not belong together");
      }
      return new LoadedModel(folder, checkpoint.load(), tokenizer);
    } catch (IOException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  public Transformer network() {
    return network;
  }

  public Tokenizer tokenizer() {
    return tokenizer;
  }

  /** The network as the decoding loop sees it. */
  public CausalLm lm() {
    return new TransformerLm(network);
  }

  /** The id of {@link #RESET}; empty if the model was never taught to take anything back. */
  public OptionalInt resetId() {
    return tokenizer.idOf(RESET);
  }

  /** The ids at which the model ends a text; may be empty. */
  public Set<Integer> endOfTextIds() {
    return ChatFormats.endOfTextIds(folder, tokenizer);
  }

  /**
   * The chat format of the model's own template.
   *
   * @throws IllegalArgumentException if it has none; the message names the formats to choose from
   */
  public ChatFormat chatFormat() {
    return ChatFormats.of(folder, tokenizer);
  }

  /** A chat format by name: {@code default} for the model's own, or a named one. */
  public ChatFormat chatFormat(String name) {
    return ChatFormats.of(folder, tokenizer, name);
  }

  @Override
  public void close() {
    network.close();
    tokenizer.close();
  }
}

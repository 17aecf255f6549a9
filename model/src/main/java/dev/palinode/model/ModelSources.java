package dev.palinode.model;

import dev.palinode.chat.ChatFormats;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.lang3.Validate;

/**
 * The folders that a model is loaded from.
 *
 * <p>Tokenizer and chat template are those of the last adapter that has a tokenizer, otherwise
 * those of the base: a token that was added in training is only in the adapter's tokenizer, and a
 * chat template uses tokens of the tokenizer that it was saved with.
 *
 * @param base the model folder
 * @param adapters PEFT folders, in the order in which they are added up; may be empty
 */
record ModelSources(Path base, List<Path> adapters) {
  ModelSources {
    adapters = List.copyOf(adapters);
    Set<Path> seen = new HashSet<>();
    for (Path adapter : adapters) {
      boolean isNew = seen.add(adapter.toAbsolutePath().normalize());
      Validate.isTrue(isNew, "adapter %s is given twice", adapter);
    }
  }

  Path tokenizerFolder() {
    Path folder = base;
    for (Path adapter : adapters) {
      if (Files.isRegularFile(adapter.resolve(TokenizerFiles.TOKENIZER))) {
        folder = adapter;
      }
    }
    return folder;
  }

  /** Reads the adapters' configurations; to be done before weights, which take long. */
  List<PeftFolder> openAdapters() throws IOException {
    List<PeftFolder> peft = new ArrayList<>();
    for (Path adapter : adapters) {
      peft.add(PeftFolder.open(adapter));
    }
    return peft;
  }

  /** The base's checkpoint, with the tokens that the opened adapters add. */
  Checkpoint openCheckpoint(List<PeftFolder> peft) throws IOException {
    Checkpoint checkpoint = Checkpoint.open(base);
    int tokens = checkpoint.config().vocabSize();
    for (PeftFolder adapter : peft) {
      tokens = adapter.tokensWith(tokens, checkpoint.config().tiedEmbeddings());
    }
    return checkpoint.withTokens(tokens);
  }

  /** Opens the tokenizer; refuses one with more tokens than the model. */
  Tokenizer openTokenizer(ModelConfig config) {
    Tokenizer tokenizer = HuggingFaceTokenizer.open(tokenizerFolder());
    if (tokenizer.vocabSize() <= config.vocabSize()) {
      return tokenizer;
    }
    int tokens = tokenizer.vocabSize();
    tokenizer.close();
    throw new IllegalArgumentException(
        "%s: the tokenizer has %s tokens, the model %s only %s (vocab_size); %s"
            .formatted(
                tokenizerFolder(),
                tokens,
                base,
                config.vocabSize(),
                tokenizerFolder().equals(base)
                    ? "the files do not belong together"
                    : "the adapter has no rows for the others (trainable_token_indices), and needs"
                        + " the base model that it was trained on"));
  }

  /** The end-of-text ids, those of the tokenizer's folder first. */
  Set<Integer> endOfTextIds(Tokenizer tokenizer) {
    Set<Integer> ids = new LinkedHashSet<>(ChatFormats.endOfTextIds(tokenizerFolder(), tokenizer));
    ids.addAll(ChatFormats.endOfTextIds(base, tokenizer));
    return ids;
  }
}

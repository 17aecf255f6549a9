package dev.palinode.training.recipe;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.model.Checkpoint;
import dev.palinode.model.ModelConfig;
import dev.palinode.model.Transformer;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.tensor.Device;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.TrainedWeights;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a recipe trains: first tokenizer and configuration, which data is prepared with, then the
 * weights, with an adapter where the recipe says so. Owns them until {@link #close}.
 */
final class RecipeModel implements AutoCloseable {
  private final ModelSettings settings;
  private final TuningSettings tuning;
  private final Checkpoint checkpoint;
  private final Tokenizer tokenizer;
  private final ChatFormat format;
  private final OptionalInt resetId;
  private final boolean resetIsNew;
  private @Nullable Transformer network;
  private @Nullable LoraAdapter adapter;

  private RecipeModel(
      ModelSettings settings,
      TuningSettings tuning,
      Checkpoint checkpoint,
      Tokenizer tokenizer,
      ChatFormat format,
      OptionalInt resetId) {
    this.settings = settings;
    this.tuning = tuning;
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.format = format;
    this.resetId = resetId;
    this.resetIsNew = resetId.isPresent() && isNew(settings.model(), resetId.getAsInt());
  }

  /** Copies the tokenizer, with a token that is to be in it; every process but the first waits. */
  static void writeTokenizer(ModelSettings settings, Optional<String> resetToken, Path folder) {
    if (resetToken.isPresent()) {
      TokenizerFiles.copyWithSpecialToken(settings.model(), folder, resetToken.get());
    } else {
      TokenizerFiles.copy(settings.model(), folder);
    }
  }

  /**
   * Opens all but the weights.
   *
   * @param tokenizerFolder as {@link #writeTokenizer} wrote it
   */
  static RecipeModel open(
      ModelSettings settings,
      TuningSettings tuning,
      Optional<String> resetToken,
      Path tokenizerFolder)
      throws IOException {
    Checkpoint checkpoint = Checkpoint.open(settings.model());
    Tokenizer tokenizer = HuggingFaceTokenizer.open(tokenizerFolder);
    try {
      OptionalInt resetId =
          resetToken.isPresent() ? tokenizer.idOf(resetToken.get()) : OptionalInt.empty();
      ChatFormat format = ChatFormats.of(tokenizerFolder, tokenizer, settings.chatFormat());
      return new RecipeModel(settings, tuning, checkpoint, tokenizer, format, resetId);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  /** A token that the model's own tokenizer has keeps the row that it was trained with. */
  private static boolean isNew(Path model, int resetId) {
    try (Tokenizer before = HuggingFaceTokenizer.open(model)) {
      return resetId >= before.vocabSize();
    }
  }

  ChatFormat format() {
    return format;
  }

  ModelConfig config() {
    return checkpoint.config();
  }

  /** The id of the reset token; -1 where the recipe has none. */
  int resetId() {
    return resetId.orElse(-1);
  }

  /** Whether the model is taught the reset token for the first time. */
  boolean resetIsNew() {
    return resetIsNew;
  }

  /** Reads the weights, and makes the adapter if there is to be one. */
  TrainedWeights load(Device device, long seed) throws IOException {
    Transformer loaded = checkpoint.load(device);
    network = loaded;
    loaded.recomputeBlocks(settings.recompute());
    if (resetIsNew) {
      loaded.addToken(resetId.getAsInt());
    }
    if (tuning.tune() == TuningSettings.Tune.ALL) {
      return TrainedWeights.all(loaded);
    }
    LoraAdapter made = LoraAdapter.create(loaded, tuning.lora(loaded.config(), tokenRows()), seed);
    adapter = made;
    return TrainedWeights.of(made, loaded);
  }

  private Map<String, List<Integer>> tokenRows() {
    Map<String, List<Integer>> rows = new TreeMap<>();
    if (resetIsNew) {
      rows.put(LoraSettings.EMBEDDING, List.of(resetId.getAsInt()));
      if (!checkpoint.config().tiedEmbeddings()) {
        rows.put(LoraSettings.HEAD, List.of(resetId.getAsInt()));
      }
    }
    return rows;
  }

  /** Writes what was trained, a Hugging Face checkpoint or a PEFT adapter, beside the tokenizer. */
  void save() throws IOException {
    if (adapter != null) {
      PeftFolder.save(adapter, settings.model().toString(), settings.output());
    } else if (network != null) {
      checkpoint.save(network, settings.output());
    }
  }

  @Override
  public void close() {
    if (adapter != null) {
      adapter.close();
    }
    if (network != null) {
      network.close();
    }
    tokenizer.close();
  }
}

package dev.palinode.training.recipe;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.model.Checkpoint;
import dev.palinode.model.ModelConfig;
import dev.palinode.model.Transformer;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.storage.TemporaryFolder;
import dev.palinode.tensor.Device;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerConfig;
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
  private final Optional<String> added; // to the tokenizer
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
      Optional<String> added,
      ChatFormat format,
      OptionalInt resetId) {
    this.settings = settings;
    this.tuning = tuning;
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.added = added;
    this.format = format;
    this.resetId = resetId;
    this.resetIsNew = resetId.isPresent() && isNew(settings.model(), resetId.getAsInt());
  }

  /**
   * Opens all but the weights, and checks that these fit; writes nothing.
   *
   * @param added a token that the tokenizer is to have
   * @param resetToken by which the model withdraws an answer, if the recipe has to do with it
   * @throws IOException if something of the model cannot be read, or its files do not fit each
   *     other
   * @throws IllegalArgumentException if a setting does not fit the model
   */
  static RecipeModel open(
      ModelSettings settings,
      TuningSettings tuning,
      Optional<String> added,
      Optional<String> resetToken)
      throws IOException {
    Path model = settings.model();
    Checkpoint checkpoint = Checkpoint.open(model);
    checkpoint.requireWeights();
    if (tuning.tune() == TuningSettings.Tune.LORA) {
      tuning.modules(checkpoint.config());
    }
    requireTemplate(settings);
    Tokenizer tokenizer = tokenizer(model, added);
    try {
      OptionalInt resetId =
          resetToken.isPresent() ? tokenizer.idOf(resetToken.get()) : OptionalInt.empty();
      ChatFormat format = ChatFormats.of(model, tokenizer, settings.chatFormat());
      return new RecipeModel(settings, tuning, checkpoint, tokenizer, added, format, resetId);
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static void requireTemplate(ModelSettings settings) throws IOException {
    if (settings.chatFormat().equals(TokenizerConfig.DEFAULT_TEMPLATE)
        && !ChatFormats.hasTemplate(settings.model())) {
      throw new IOException(
          settings.model()
              + " has no chat template: add its chat_template.jinja to that folder, or name a format"
              + " in the recipe, such as chat_format="
              + ChatFormats.HUMAN_ASSISTANT);
    }
  }

  private static Tokenizer tokenizer(Path model, Optional<String> added) throws IOException {
    if (added.isEmpty()) {
      return HuggingFaceTokenizer.open(model);
    }
    try (TemporaryFolder scratch = TemporaryFolder.create()) {
      TokenizerFiles.copyWithSpecialToken(model, scratch.path(), added.get());
      return HuggingFaceTokenizer.open(scratch.path());
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

  /** Writes the tokenizer of the result to the output folder. */
  void saveTokenizer() {
    if (added.isPresent()) {
      TokenizerFiles.copyWithSpecialToken(settings.model(), settings.output(), added.get());
    } else {
      TokenizerFiles.copy(settings.model(), settings.output());
    }
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

package dev.palinode.training.recipe;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.ChatFormats;
import dev.palinode.io.TemporaryFolder;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.Device;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import dev.palinode.token.TokenizerConfig;
import dev.palinode.token.TokenizerFiles;
import dev.palinode.training.TrainableParameters;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The model that a recipe trains. Tokenizer and configuration, which prepare the data, are opened
 * first; weights, and an adapter if the recipe trains one, are loaded later. Owns them until {@link
 * #close}.
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

  private RecipeModel(TrainingMethod<?> method, Checkpoint checkpoint, Tokenizer tokenizer)
      throws IOException {
    this.settings = method.common().model();
    this.tuning = method.common().tuning();
    this.checkpoint = checkpoint;
    this.tokenizer = tokenizer;
    this.added = added(method);
    this.format = ChatFormats.of(settings.model(), tokenizer, settings.chatFormat());
    Optional<String> used = method.usedResetToken();
    this.resetId = used.isPresent() ? tokenizer.idOf(used.get()) : OptionalInt.empty();
    this.resetIsNew = resetId.isPresent() && isNew(settings.model(), resetId.getAsInt());
  }

  /** Opens everything except the weights, and checks that these fit; writes nothing. */
  static RecipeModel open(TrainingMethod<?> method) throws IOException {
    ModelSettings settings = method.common().model();
    TuningSettings tuning = method.common().tuning();
    Checkpoint checkpoint = Checkpoint.open(settings.model());
    checkpoint.requireWeights();
    if (tuning.tune() == TuningSettings.Tune.LORA) {
      tuning.modules(checkpoint.config());
    }
    requireTemplate(settings);
    Tokenizer tokenizer = tokenizer(settings.model(), added(method));
    try {
      return new RecipeModel(method, checkpoint, tokenizer);
    } catch (IOException | RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static Optional<String> added(TrainingMethod<?> method) {
    return method.addsResetToken() ? method.usedResetToken() : Optional.empty();
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

  /** A token that the model's tokenizer already has keeps its trained row. */
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

  /** The id of the reset token; -1 if the recipe has none. */
  int resetId() {
    return resetId.orElse(-1);
  }

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

  /** Loads the weights, and creates the adapter if the recipe trains one. */
  TrainableParameters load(Device device, long seed) throws IOException {
    Transformer loaded = checkpoint.load(device);
    network = loaded;
    loaded.gradientCheckpointing(settings.gradientCheckpointing());
    if (resetIsNew) {
      loaded.addToken(resetId.getAsInt());
    }
    if (tuning.tune() == TuningSettings.Tune.ALL) {
      return TrainableParameters.all(loaded);
    }
    LoraAdapter made = LoraAdapter.create(loaded, tuning.lora(loaded.config(), tokenRows()), seed);
    adapter = made;
    return TrainableParameters.of(made, loaded);
  }

  private Map<String, List<Integer>> tokenRows() {
    if (!resetIsNew) {
      return Map.of();
    }
    List<Integer> row = List.of(resetId.getAsInt());
    return checkpoint.config().tiedEmbeddings()
        ? Map.of(LoraSettings.EMBEDDING, row)
        : Map.of(LoraSettings.EMBEDDING, row, LoraSettings.HEAD, row);
  }

  /** Writes the result, a Hugging Face checkpoint or a PEFT adapter, next to the tokenizer. */
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

package dev.palinode.cli.options;

import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.ModelFingerprint;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.token.TokenizerConfig;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options of every command that runs a model. */
@OptionGroup("Model")
public final class ModelOptions {
  @Option(names = "--model", paramLabel = "DIR", description = "Hugging Face model folder.")
  private @Nullable Path model;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description =
          "Weights in memory: f32, bf16, f16 or int8; auto is the checkpoint's own type, where the"
              + " device computes well with it.")
  private String dtype = "auto";

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description = "cpu, cuda, or cuda:N for one of several GPUs.")
  private String device = "cpu";

  @Option(
      names = "--max-context",
      paramLabel = "TOKENS",
      description =
          "Most tokens of a conversation, prompt and answer together. Default: what the checkpoint"
              + " is made for.")
  private @Nullable Integer maxContext;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "PEFT folder of a LoRA adapter to switch on; may be given several times, and the updates"
              + " add up. If it has a tokenizer.json, tokenizer and chat template are taken from"
              + " it.")
  private List<Path> adapters = List.of();

  @Option(
      names = "--chat-format",
      paramLabel = "NAME",
      description =
          "How conversations are laid out: 'default' is the model's own template; 'human-assistant'"
              + " and 'user-assistant' suit base models.")
  private String chatFormat = TokenizerConfig.DEFAULT_TEMPLATE;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  private @Nullable String identity;

  /** The model folder, if it is given. */
  public Optional<Path> model() {
    return Optional.ofNullable(model);
  }

  /** The name of the chat format. */
  public String chatFormat() {
    return chatFormat;
  }

  /**
   * Identifies the given model, which is required, as these options open it: by the content of its
   * folder and adapters, its type of weights and its context. Reads all weights, once.
   */
  public String identity() throws IOException {
    if (identity == null) {
      Path folder = ShippedFiles.orShipped(model().orElseThrow());
      StringBuilder text = new StringBuilder(ModelFingerprint.of(folder));
      for (Path adapter : adapters) {
        text.append(" + ").append(ModelFingerprint.of(adapter));
      }
      text.append(", ").append(dtype);
      identity = text.append(maxContext == null ? "" : ", context " + maxContext).toString();
    }
    return identity;
  }

  /** Opens the given model, which is required; otherwise as {@link #open(Path, int)}. */
  public LoadedModel open(int rows) throws IOException {
    if (model == null) {
      throw new ParameterException(spec.commandLine(), "Missing required option: '--model=DIR'");
    }
    return open(model, rows);
  }

  /** Opens the given model, which is required, for gradients: in F32. */
  public LoadedModel openForGradients() throws IOException {
    Path folder = ShippedFiles.orShipped(model().orElseThrow());
    return LoadedModel.openForGradients(folder, Device.parse(device), adapters);
  }

  /**
   * Opens the model in a folder, with these options. Prints a warning to standard error if its type
   * of weights is slower than F32 on this processor.
   *
   * @param rows that are decoded together, at most
   */
  public LoadedModel open(Path folder, int rows) throws IOException {
    OptionCheck.atLeast(1, "--max-context", maxContext);
    Device where = Device.parse(device);
    Optional<WeightType> type = LoadOptions.weights(dtype);
    OptionalInt context = maxContext == null ? OptionalInt.empty() : OptionalInt.of(maxContext);
    LoadedModel loaded =
        LoadedModel.open(
            ShippedFiles.orShipped(folder), new LoadOptions(where, type, context), adapters);
    if (where.equals(Device.CPU)) {
      boolean isBf16 = loaded.network().computeType() == DType.BF16;
      SlowWeightTypes.onThisProcessor(type.orElse(isBf16 ? WeightType.BF16 : WeightType.F32), rows)
          .ifPresent(each -> System.err.println("palinode: " + each));
    }
    return loaded;
  }
}

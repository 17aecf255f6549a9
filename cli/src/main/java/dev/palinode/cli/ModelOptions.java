package dev.palinode.cli;

import dev.palinode.model.LoadOptions;
import dev.palinode.model.folder.LoadedModel;
import dev.palinode.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of every command that opens a model to compute with it. */
final class ModelOptions {
  @Option(
      names = "--weights",
      defaultValue = "auto",
      paramLabel = "TYPE",
      description =
          "Weights in memory: f32, bf16, f16 or int8; auto is the checkpoint's own type, where the"
              + " device computes well with it (default: ${DEFAULT-VALUE}).")
  private String weights = "";

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description = "cpu, cuda, or cuda:N for one of several GPUs (default: ${DEFAULT-VALUE}).")
  private String device = "";

  @Option(
      names = "--context",
      paramLabel = "TOKENS",
      description =
          "Most tokens of a conversation, prompt and answer together (default: what the checkpoint"
              + " is made for).")
  private @Nullable Integer context;

  @Option(
      names = "--adapter",
      paramLabel = "DIR",
      description =
          "PEFT folder of a LoRA adapter to switch on; may be given several times, and the updates"
              + " add up. If it has a tokenizer.json, tokenizer and chat template are taken from"
              + " it.")
  private List<Path> adapters = List.of();

  /** The model in that folder, as these options want it. */
  LoadedModel open(Path folder) throws IOException {
    return LoadedModel.open(ShippedFiles.orShipped(folder), load(), adapters);
  }

  private LoadOptions load() {
    if (context != null) {
      OptionCheck.atLeast(1, "--context", context);
    }
    return new LoadOptions(
        Device.parse(device),
        LoadOptions.weights(weights),
        context == null ? OptionalInt.empty() : OptionalInt.of(context));
  }
}

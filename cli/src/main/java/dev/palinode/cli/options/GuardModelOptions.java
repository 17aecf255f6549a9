package dev.palinode.cli.options;

import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.judge.LlamaGuard;
import dev.palinode.judge.LlamaGuardVersion;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a Llama Guard checkpoint that judges answers. */
@OptionGroup("Guards")
final class GuardModelOptions implements AutoCloseable {
  private static final int VERSION = 3;

  @Option(
      names = "--guard-model",
      paramLabel = "DIR",
      description =
          "Folder of a Llama Guard checkpoint: what it calls unsafe is unsafe."
              + " models/safety-world-guard is one for the demo's models.")
  private @Nullable Path folder;

  @Option(
      names = "--guard-model-version",
      paramLabel = "2|3",
      description = "Its prompt and categories.")
  private int version = VERSION;

  private @Nullable LoadedModel open;

  /** Whether a model is given; without one its version is refused. */
  boolean isGiven() {
    boolean hasVersion = version != VERSION;
    OptionCheck.needs("--guard-model-version", hasVersion, folder != null, "--guard-model");
    return folder != null;
  }

  /** The folder, which must be given. */
  Path folder() {
    return ShippedFiles.orShipped(Objects.requireNonNull(folder));
  }

  /** The judge; its model is opened at the first call. */
  LlamaGuard judge() throws IOException {
    if (open == null) {
      open = LoadedModel.open(folder());
    }
    return open.llamaGuard(version());
  }

  /** The version of the model. */
  LlamaGuardVersion version() {
    return switch (version) {
      case 2 -> LlamaGuardVersion.LLAMA_GUARD_2;
      case 3 -> LlamaGuardVersion.LLAMA_GUARD_3;
      default ->
          throw new IllegalArgumentException(
              "--guard-model-version " + version + ": expected 2 or 3");
    };
  }

  /** Closes the model, if it was opened. */
  @Override
  public void close() {
    if (open != null) {
      open.close();
    }
  }
}

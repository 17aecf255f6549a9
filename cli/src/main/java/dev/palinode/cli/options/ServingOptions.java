package dev.palinode.cli.options;

import com.sun.management.OperatingSystemMXBean;
import dev.palinode.decode.BatchLimits;
import dev.palinode.model.LoadedModel;
import dev.palinode.server.local.LocalSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a model that is served: its batch, its undos and its guards. */
@OptionGroup("Server")
public final class ServingOptions implements AutoCloseable {
  @Mixin private UndoOptions undo;
  @Mixin private RequestOptions requests;

  @Option(
      names = "--batch-size",
      description = "Most requests that are answered together; one with guidance counts twice.")
  private int batchSize = 16;

  @Option(
      names = "--queue",
      description =
          "Most requests that wait for a place in the batch; further ones get status 429.")
  private int queue = 64;

  @Option(
      names = "--cache-mib",
      paramLabel = "MIB",
      description =
          "Most memory of the KV cache of each model. Default: a quarter of this machine's, shared"
              + " by the models.")
  private @Nullable Long cacheMib;

  @Option(
      names = "--max-prompt-tokens",
      paramLabel = "TOKENS",
      description = "Longest prompt. Default: what the model reads.")
  private @Nullable Integer maxPromptTokens;

  @Option(
      names = "--time-limit",
      paramLabel = "SECONDS",
      description = "Longest time for an answer, with waiting. Default: none.")
  private @Nullable Integer timeLimit;

  @OptionGroup("Resets and undo")
  @Option(
      names = "--hold-back",
      paramLabel = "TOKENS",
      description =
          "How late plain streams are, so that what is withdrawn was not sent; palinode calibrate"
              + " says what a model needs. Default: 32 if text may be withdrawn, otherwise 0.")
  private @Nullable Integer holdBack;

  /** Most rows that are decoded together. */
  public int batchSize() {
    OptionCheck.atLeast(1, "--batch-size", batchSize);
    return batchSize;
  }

  /**
   * The settings for a model.
   *
   * @param models how many are served, this one included
   */
  public LocalSettings settings(LoadedModel model, int models) throws IOException {
    OptionCheck.atLeast(0, "--queue", queue);
    OptionCheck.atLeast(1, "--cache-mib", cacheMib);
    OptionCheck.atLeast(1, "--max-prompt-tokens", maxPromptTokens);
    OptionCheck.atLeast(1, "--time-limit", timeLimit);
    OptionCheck.atLeast(0, "--hold-back", holdBack);
    boolean withdraws = requests.isGuarded() || model.resetId().isPresent();
    return new LocalSettings(
        BatchLimits.rows(batchSize()).withMaxTokens(cacheTokens(model, models)),
        queue,
        maxPromptTokens == null ? Integer.MAX_VALUE : maxPromptTokens,
        undo.policy(model, requests.isGuarded()),
        undo.resetBias(),
        requests.fixesUndo(),
        requests.guards(undo.refusal()),
        holdBack != null ? holdBack : withdraws ? RequestOptions.HOLD_BACK : 0,
        timeLimit == null ? Optional.empty() : Optional.of(Duration.ofSeconds(timeLimit)));
  }

  private long cacheTokens(LoadedModel model, int models) {
    OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    long share = system.getTotalMemorySize() / 4 / models;
    return (cacheMib == null ? share : cacheMib << 20) / model.cacheBytesPerToken();
  }

  /** Closes the models that the options opened. */
  @Override
  public void close() {
    requests.close();
  }
}

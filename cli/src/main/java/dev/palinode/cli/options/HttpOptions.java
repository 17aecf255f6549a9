package dev.palinode.cli.options;

import dev.palinode.server.ApiKeys;
import dev.palinode.server.ServerSettings;
import dev.palinode.server.api.ServerLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of commands that serve over HTTP. */
@OptionGroup("Server")
public final class HttpOptions {
  private static final String LOCAL = "127.0.0.1";

  @Option(
      names = "--host",
      paramLabel = "ADDRESS",
      description = "Address to listen on; 0.0.0.0 stands for all of this machine.")
  private String host = LOCAL;

  @Option(names = "--port", paramLabel = "PORT", description = "0 takes a free one.")
  private int port = 8000;

  @Option(
      names = "--api-key-file",
      paramLabel = "FILE",
      description =
          "Keys of the clients, one per line; without it anybody who reaches the port may ask.")
  private @Nullable Path keys;

  @Option(
      names = "--cors-origin",
      paramLabel = "ORIGIN",
      description = "Web origin whose pages may call the server, such as https://chat.example.org.")
  private @Nullable String corsOrigin;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "TOKENS",
      description = "Most tokens of an answer, and what a chat gets that does not say.")
  private int maxNewTokens = ServerLimits.DEFAULT.maxTokens();

  @Option(names = "--max-choices", description = "Most answers of a request, over all its prompts.")
  private int maxChoices = ServerLimits.DEFAULT.choices();

  @Option(names = "--max-body", paramLabel = "BYTES", description = "Largest body of a request.")
  private int maxBody = ServerLimits.DEFAULT.bodyBytes();

  @Option(
      names = "--stall-timeout",
      paramLabel = "SECONDS",
      description = "A client that reads nothing for this long is disconnected.")
  private int stallSeconds = 30;

  @Option(
      names = "--drain-timeout",
      paramLabel = "SECONDS",
      description = "How long answers may continue after SIGTERM.")
  private int drainSeconds = 30;

  @Option(
      names = "--show-withdrawn",
      description = "Every response says what was withdrawn; otherwise retractable streams only.")
  private boolean showWithdrawn;

  /** The settings of a server; warns on standard error if anybody may use it. */
  public ServerSettings settings() throws IOException {
    OptionCheck.atLeast(1, "--max-new-tokens", maxNewTokens);
    OptionCheck.atLeast(1, "--max-choices", maxChoices);
    OptionCheck.atLeast(1, "--max-body", maxBody);
    OptionCheck.atLeast(1, "--stall-timeout", stallSeconds);
    OptionCheck.atLeast(0, "--drain-timeout", drainSeconds);
    if (!host.equals(LOCAL) && keys == null) {
      System.err.println(
          "palinode: warning: anybody who reaches " + host + " may ask; give --api-key-file");
    }
    ServerSettings open = ServerSettings.DEFAULT;
    return new ServerSettings(
        host,
        port,
        keys == null ? ApiKeys.NONE : ApiKeys.read(keys),
        Optional.ofNullable(corsOrigin),
        new ServerLimits(maxBody, open.limits().messages(), maxChoices, maxNewTokens),
        open.bufferedParts(),
        Duration.ofSeconds(stallSeconds),
        showWithdrawn);
  }

  /** How long answers may continue when the server ends. */
  public Duration drain() {
    return Duration.ofSeconds(drainSeconds);
  }
}

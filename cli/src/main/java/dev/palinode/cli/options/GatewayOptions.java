package dev.palinode.cli.options;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.server.gateway.GatewaySettings;
import dev.palinode.server.gateway.GatewaySettings.Resets;
import dev.palinode.server.gateway.GatewaySettings.Times;
import dev.palinode.server.gateway.UpstreamKind;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of a gateway: the servers behind it, their reset token, and guards. */
@OptionGroup("Upstream servers")
public final class GatewayOptions implements AutoCloseable {
  @Mixin private RequestOptions requests;

  @Option(
      names = "--upstream",
      paramLabel = "URL",
      required = true,
      description =
          "A server with OpenAI's API, such as http://localhost:8000/v1; may be given several times.")
  private List<URI> upstreams = List.of();

  @Option(
      names = "--upstream-kind",
      paramLabel = "KIND",
      description =
          "vllm, sglang, llama.cpp, tgi, palinode or openai (any other). Default: found out, except"
              + " tgi.")
  private @Nullable String kind;

  @Option(
      names = "--upstream-key",
      paramLabel = "VARIABLE",
      description = "Environment variable that holds the key of the upstreams, if they want one.")
  private @Nullable String keyVariable;

  @Option(
      names = "--upstream-timeout",
      paramLabel = "SECONDS",
      description = "An upstream that sends nothing for this long has failed.")
  private int silenceSeconds = (int) Times.DEFAULT.silence().toSeconds();

  @Option(
      names = "--reset-token",
      description = "Text of the models' reset token. Default: [RESET], where it is one token.")
  private @Nullable String resetToken;

  @Option(
      names = "--reset-token-id",
      paramLabel = "ID",
      description = "Its id. Default: the upstream's tokenizer is asked, where it can be.")
  private @Nullable Integer resetId;

  @Mixin private ResetOptions resets;

  @OptionGroup("Resets and undo")
  @Option(
      names = "--refusal",
      description = "The answer where undoing did not help or was not possible. Default: empty.")
  private String refusal = "";

  @OptionGroup("Resets and undo")
  @Option(
      names = "--hold-back",
      paramLabel = "TOKENS",
      description =
          "How late plain streams are, so that what is withdrawn was not sent, where text may be"
              + " withdrawn.")
  private int holdBack = RequestOptions.HOLD_BACK;

  @OptionGroup("Server")
  @Option(
      names = "--max-requests",
      description = "Most answers at a time; further requests get status 429.")
  private int maxRequests = 256;

  /** The settings of the gateway; warns on standard error if its key can be read on the way. */
  public GatewaySettings settings() throws IOException {
    OptionCheck.atLeast(1, "--upstream-timeout", silenceSeconds);
    OptionCheck.atLeast(0, "--reset-token-id", resetId);
    OptionCheck.atLeast(0, "--hold-back", holdBack);
    OptionCheck.atLeast(1, "--max-requests", maxRequests);
    OptionalInt id = resetId == null ? OptionalInt.empty() : OptionalInt.of(resetId);
    return new GatewaySettings(
        upstreams,
        Optional.ofNullable(kind).map(UpstreamKind::of),
        key(),
        new Resets(
            Optional.ofNullable(resetToken),
            id,
            resets.most(),
            resets.bias(),
            requests.fixesUndo()),
        requests.guards(refusal),
        holdBack,
        maxRequests,
        new Times(
            Times.DEFAULT.healthCheck(),
            Duration.ofSeconds(silenceSeconds),
            Times.DEFAULT.pause()));
  }

  private String key() {
    if (keyVariable == null) {
      return "";
    }
    for (URI upstream : upstreams) {
      ServedModel.warnIfExposed(Endpoint.of(upstream, "any").withKeyIn(keyVariable));
    }
    return Endpoint.key(keyVariable, System.getenv());
  }

  /** Closes the models that the options opened. */
  @Override
  public void close() {
    requests.close();
  }
}

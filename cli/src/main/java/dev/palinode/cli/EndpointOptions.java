package dev.palinode.cli;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointClient;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a model that is served with OpenAI's interface. */
final class EndpointOptions {
  @Option(
      names = "--endpoint",
      paramLabel = "URL",
      description =
          "Ask a model behind an OpenAI-compatible server, such as http://localhost:8000/v1.")
  private @Nullable URI base;

  @Option(names = "--endpoint-model", paramLabel = "NAME", description = "The model's name there.")
  private @Nullable String model;

  @Option(
      names = "--endpoint-key",
      paramLabel = "VARIABLE",
      description = "Environment variable that holds the key, if the server wants one.")
  private @Nullable String keyVariable;

  @Option(
      names = "--endpoint-timeout",
      paramLabel = "SECONDS",
      defaultValue = "120",
      description = "Most time for one request (default: ${DEFAULT-VALUE}).")
  private int timeoutSeconds;

  @Option(
      names = "--requests",
      paramLabel = "N",
      defaultValue = "8",
      description = "Requests under way at once (default: ${DEFAULT-VALUE}).")
  private int requests;

  boolean isGiven() {
    return base != null;
  }

  /** Requests under way at once. */
  int requests() {
    if (requests < 1 || requests > 256) {
      throw new IllegalArgumentException("--requests " + requests + ": expected 1 to 256");
    }
    return requests;
  }

  EndpointClient client() {
    if (model == null) {
      throw new IllegalArgumentException(
          "--endpoint needs --endpoint-model: the name by which the server knows the model");
    }
    Endpoint endpoint =
        Endpoint.of(Objects.requireNonNull(base), model)
            .withPatience(Duration.ofSeconds(timeoutSeconds), 5);
    Endpoint used = keyVariable == null ? endpoint : endpoint.withKeyIn(keyVariable);
    if (used.exposesKey()) {
      System.err.println(
          "palinode: warning: the key is sent unencrypted to "
              + used.base().getHost()
              + ", and anybody on the way can read it; use https if the server has it");
    }
    return new EndpointClient(used, System.getenv());
  }
}

package dev.palinode.cli.options;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointClient;
import java.net.URI;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a model that is served with OpenAI's API. */
@OptionGroup("Served model")
public final class EndpointOptions {
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
      description = "Most time for one request.")
  private int timeoutSeconds = 120;

  @Option(names = "--requests", description = "Requests sent at once.")
  private int requests = 8;

  /** Whether an endpoint is given; without one its model and key are refused. */
  public boolean isGiven() {
    OptionCheck.needs("--endpoint-model", model != null, base != null, "--endpoint URL");
    OptionCheck.needs("--endpoint-key", keyVariable != null, base != null, "--endpoint URL");
    return base != null;
  }

  /** The number of requests sent at once. */
  public int requests() {
    if (requests < 1 || requests > 256) {
      throw new IllegalArgumentException("--requests " + requests + ": expected 1 to 256");
    }
    return requests;
  }

  /** A client of the endpoint, which must be given. */
  public EndpointClient client() {
    OptionCheck.needs(
        "--endpoint",
        true,
        model != null,
        "--endpoint-model: the name by which the server knows the model");
    Endpoint endpoint =
        Endpoint.of(Objects.requireNonNull(base), Objects.requireNonNull(model))
            .withPatience(Duration.ofSeconds(timeoutSeconds), 5);
    return ServedModel.client(keyVariable == null ? endpoint : endpoint.withKeyIn(keyVariable));
  }
}

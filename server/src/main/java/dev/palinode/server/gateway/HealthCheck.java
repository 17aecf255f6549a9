package dev.palinode.server.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.server.gateway.Upstream.Model;
import dev.palinode.server.gateway.Upstream.ResetToken;
import dev.palinode.server.gateway.Upstream.Traits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Asks an upstream how it is, which models it serves, and what their reset token is. */
final class HealthCheck {
  private static final Duration LIMIT = Duration.ofSeconds(5);

  private final UpstreamClient client;
  private final GatewaySettings settings;

  HealthCheck(UpstreamClient client, GatewaySettings settings) {
    this.client = client;
    this.settings = settings;
  }

  /** Asks; the upstream is then up or down. */
  void check(Upstream upstream) throws InterruptedException {
    try {
      upstream.isUp(ask(upstream));
    } catch (IOException e) {
      upstream.isDown(e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
    }
  }

  private Traits ask(Upstream upstream) throws IOException, InterruptedException {
    int status = client.status(upstream.resource("/health"), LIMIT);
    if (status >= 500) { // others than 200: it has no such resource
      throw new IOException("/health: status " + status);
    }
    JsonNode listed = client.get(upstream.resource("/v1/models"), LIMIT).path("data");
    if (listed.isEmpty()) {
      throw new IOException("/v1/models: no models");
    }
    UpstreamKind kind = settings.kind().orElse(UpstreamKind.listing(listed.get(0)));
    Optional<ResetToken> resets = resets(upstream, kind, listed.get(0).path("id").asText());
    boolean biases = kind.biasesTokens() && resets.flatMap(ResetToken::knownId).isPresent();
    if (settings.resets().bias() != 0 && kind != UpstreamKind.PALINODE && !biases) {
      throw new IOException("its reset token cannot be biased, as the gateway is told to");
    }
    List<Model> models = new ArrayList<>();
    for (JsonNode model : listed) {
      JsonNode own = model.path("palinode");
      boolean hasReset = own.path("reset_token").asBoolean() || resets.isPresent();
      boolean tellsReset = own.path("reset_probability").asBoolean();
      models.add(new Model(model.path("id").asText(), hasReset, tellsReset));
    }
    return new Traits(kind, models, resets);
  }

  private Optional<ResetToken> resets(Upstream upstream, UpstreamKind kind, String model)
      throws IOException, InterruptedException {
    String text = settings.resets().text();
    Optional<ResetToken> known = upstream.traits().flatMap(Traits::resets);
    if (kind == UpstreamKind.PALINODE) {
      return Optional.empty();
    } else if (known.isPresent() && upstream.problem().isEmpty()) {
      return known; // it has not been restarted since, with another model
    } else if (settings.resets().id().isPresent()) {
      return Optional.of(new ResetToken(text, settings.resets().id()));
    }
    JsonNode tokens = tokens(upstream, kind, model, text);
    if (tokens.size() == 1) {
      return Optional.of(new ResetToken(text, OptionalInt.of(tokens.get(0).asInt())));
    } else if (tokens.isEmpty()) { // nobody knows
      return settings.resets().token().map(given -> new ResetToken(given, OptionalInt.empty()));
    } else if (settings.resets().token().isPresent()) {
      throw new IOException(
          "its model has no token \"" + text + "\": it reads " + tokens.size() + " tokens there");
    }
    return Optional.empty();
  }

  /** The ids of the tokens in a text; empty if the upstream does not tell. */
  private JsonNode tokens(Upstream upstream, UpstreamKind kind, String model, String text)
      throws InterruptedException {
    ObjectNode body = UpstreamClient.JSON.createObjectNode();
    if (kind == UpstreamKind.LLAMA_CPP) {
      body.put("content", text);
    } else if (kind == UpstreamKind.VLLM || kind == UpstreamKind.SGLANG) {
      body.put("model", model).put("prompt", text).put("add_special_tokens", false);
    } else {
      return UpstreamClient.JSON.createArrayNode();
    }
    try {
      return client.post(upstream.resource("/tokenize"), body, LIMIT).path("tokens");
    } catch (IOException e) {
      return UpstreamClient.JSON.createArrayNode();
    }
  }
}

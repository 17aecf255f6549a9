package dev.palinode.server.gateway;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.GuardSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.lang3.Validate;

/**
 * The operator's settings of a gateway.
 *
 * @param upstreams addresses of the servers, at least one, with or without {@code /v1} at the end
 * @param kind of all upstreams; empty to find it out
 * @param key sent to all upstreams; empty for none
 * @param resets of the models
 * @param guards of all answers
 * @param holdBack tokens that plain streams are late by
 * @param maxRequests the most answers at a time; more are refused as busy
 * @param times of waiting
 */
public record GatewaySettings(
    List<URI> upstreams,
    Optional<UpstreamKind> kind,
    String key,
    Resets resets,
    GuardSettings guards,
    int holdBack,
    int maxRequests,
    Times times) {
  /**
   * The reset token of the models, and how often they may reset.
   *
   * @param token its text; empty to look for {@code [RESET]}
   * @param id empty to ask the upstream's tokenizer
   * @param most resets of an answer, 0 or more, if the request does not say
   * @param bias added to its logit; a request's bias is added to it
   * @param isFixed whether requests may not change them; see {@link
   *     EngineRequest#requireUndoAsFixed}
   */
  public record Resets(
      Optional<String> token, OptionalInt id, int most, double bias, boolean isFixed) {
    /** One reset, as in the paper. */
    public static final Resets DEFAULT =
        new Resets(Optional.empty(), OptionalInt.empty(), 1, 0, false);

    public Resets {
      Validate.isTrue(!token.orElse("x").isEmpty(), "the reset token has no text");
      Validate.isTrue(id.orElse(0) >= 0, "the reset token's id is %s: expected 0 or more", id);
      Validate.isTrue(most >= 0, "the most resets are %s: expected 0 or more", most);
      Validate.isTrue(
          Math.abs(bias) <= 100, "the reset token's bias is %s: expected -100 to 100", bias);
    }

    String text() {
      return token.orElse("[RESET]");
    }
  }

  /**
   * Times of waiting.
   *
   * @param healthCheck between two health checks of an upstream
   * @param silence the longest that an upstream may send nothing
   * @param pause how long an upstream is left alone after failures
   */
  public record Times(Duration healthCheck, Duration silence, Duration pause) {
    /** Health checks every 5 s, two minutes of silence, 10 s of pause. */
    public static final Times DEFAULT =
        new Times(Duration.ofSeconds(5), Duration.ofMinutes(2), Duration.ofSeconds(10));

    public Times {
      for (Duration time : List.of(healthCheck, silence, pause)) {
        Validate.isTrue(
            !time.isNegative() && !time.isZero(), "a time is %s: expected more than 0", time);
      }
    }
  }

  public GatewaySettings {
    upstreams = List.copyOf(upstreams);
    Validate.isTrue(!upstreams.isEmpty(), "a gateway without upstreams: give at least one URL");
    upstreams.forEach(Endpoint::requireBase);
    Validate.isTrue(holdBack >= 0, "holdBack is %s: expected 0 or more", holdBack);
    Validate.isTrue(maxRequests >= 1, "maxRequests is %s: expected 1 or more", maxRequests);
  }
}

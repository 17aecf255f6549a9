package dev.palinode.server.gateway;

import dev.palinode.endpoint.Endpoint;
import dev.palinode.server.engine.GuardSettings;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.lang3.Validate;

/**
 * The settings of a gateway.
 *
 * @param upstreams addresses of the servers, at least one, with or without {@code /v1} at the end
 * @param kind of all upstreams; empty to find it out
 * @param key sent to all upstreams; empty for none
 * @param resetToken text of the models' reset token; empty to look for {@value #RESET}
 * @param resetId its id; empty to ask the upstream's tokenizer
 * @param maxResets the most resets of an answer, 0 or more, if a request does not say
 * @param guards the guards of all answers
 * @param holdBack tokens that plain streams are late by
 * @param maxRequests the most answers at a time; more are refused as busy
 * @param healthCheck time between two health checks of an upstream
 * @param silence the longest that an upstream may send nothing
 * @param pause how long an upstream is left alone after failures
 */
public record GatewaySettings(
    List<URI> upstreams,
    Optional<UpstreamKind> kind,
    String key,
    Optional<String> resetToken,
    OptionalInt resetId,
    int maxResets,
    GuardSettings guards,
    int holdBack,
    int maxRequests,
    Duration healthCheck,
    Duration silence,
    Duration pause) {
  /** The text of the reset token, if there is no other. */
  public static final String RESET = "[RESET]";

  public GatewaySettings {
    upstreams = List.copyOf(upstreams);
    Validate.isTrue(!upstreams.isEmpty(), "a gateway without upstreams: give at least one URL");
    upstreams.forEach(Endpoint::requireBase);
    Validate.isTrue(maxResets >= 0, "maxResets is %s: expected 0 or more", maxResets);
    Validate.isTrue(holdBack >= 0, "holdBack is %s: expected 0 or more", holdBack);
    Validate.isTrue(maxRequests >= 1, "maxRequests is %s: expected 1 or more", maxRequests);
    requireTime("healthCheck", healthCheck);
    requireTime("silence", silence);
    requireTime("pause", pause);
  }

  /** One reset, no guards; health checks every 5 s, two minutes of silence, 10 s of pause. */
  public static GatewaySettings of(List<URI> upstreams) {
    return new GatewaySettings(
        upstreams,
        Optional.empty(),
        "",
        Optional.empty(),
        OptionalInt.empty(),
        1,
        GuardSettings.NONE,
        0,
        1024,
        Duration.ofSeconds(5),
        Duration.ofMinutes(2),
        Duration.ofSeconds(10));
  }

  private static void requireTime(String name, Duration time) {
    Validate.isTrue(
        !time.isNegative() && !time.isZero(), "%s is %s: expected more than 0", name, time);
  }
}

package dev.palinode.server.gateway;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.apache.commons.lang3.Strings;

/**
 * A server behind the gateway: where it is, what is known of it, and how busy it is. Thread-safe.
 */
final class Upstream {
  /**
   * What a healthy upstream tells of itself.
   *
   * @param resets the reset token that the gateway looks for in its text; empty if the models have
   *     none, or the upstream applies resets itself
   */
  record Traits(UpstreamKind kind, List<Model> models, Optional<ResetToken> resets) {
    Traits {
      models = List.copyOf(models);
    }

    /** The model of that name, if it has it. */
    Optional<Model> model(String id) {
      return models.stream().filter(each -> each.id().equals(id)).findFirst();
    }
  }

  /** A model of an upstream, whether it can take text back, and whether P(reset) is told. */
  record Model(String id, boolean hasReset, boolean tellsReset) {}

  /**
   * A reset token.
   *
   * @param id empty if unknown: it can be found, but neither biased nor forbidden
   */
  record ResetToken(String text, OptionalInt id) {
    Optional<Integer> knownId() {
      return id.isPresent() ? Optional.of(id.getAsInt()) : Optional.empty();
    }
  }

  private final URI root;
  private final CircuitBreaker breaker;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final LongAdder requests = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private volatile Optional<Traits> traits = Optional.empty();
  private volatile String problem = "not asked yet";

  /**
   * @param address with or without {@code /v1} at its end
   * @param pause how long it is left alone after failures
   * @param clock as {@link System#nanoTime}
   */
  Upstream(URI address, Duration pause, LongSupplier clock) {
    String text = Strings.CS.removeEnd(address.toString(), "/");
    this.root = URI.create(Strings.CS.removeEnd(text, "/v1"));
    this.breaker = new CircuitBreaker(pause, clock);
  }

  /** The address of a resource, such as {@code /v1/models}. */
  URI resource(String path) {
    return URI.create(root + path);
  }

  URI root() {
    return root;
  }

  /** What it told at the last health check that went well; empty before the first. */
  Optional<Traits> traits() {
    return traits;
  }

  /** Why it is down; empty if it is up. */
  String problem() {
    return problem;
  }

  void isUp(Traits known) {
    traits = Optional.of(known);
    problem = "";
  }

  void isDown(String why) {
    problem = why;
  }

  boolean isAvailable() {
    return problem.isEmpty() && breaker.allows();
  }

  boolean serves(String model) {
    return traits.flatMap(known -> known.model(model)).isPresent();
  }

  CircuitBreaker breaker() {
    return breaker;
  }

  int inFlight() {
    return inFlight.get();
  }

  long requests() {
    return requests.sum();
  }

  long failures() {
    return failures.sum();
  }

  /** Counts a request; {@link #ended} follows. */
  void begins() {
    inFlight.incrementAndGet();
    requests.increment();
    breaker.sends();
  }

  /**
   * A request ended: with an answer, without one by the upstream's fault, or because it was
   * cancelled.
   */
  void ended(Ending how) {
    inFlight.decrementAndGet();
    switch (how) {
      case ANSWERED -> breaker.succeeded();
      case CANCELLED -> breaker.gaveUp();
      case FAILED -> {
        failures.increment();
        breaker.failed();
      }
    }
  }

  /** How a request ended. */
  enum Ending {
    ANSWERED,
    FAILED,
    CANCELLED
  }
}

package dev.palinode.server;

import dev.palinode.decode.Usage;
import dev.palinode.decode.undo.UndoCause;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import java.time.Duration;
import java.util.Locale;

/** What the server counts; /metrics shows it. Thread-safe. */
final class ServerMeters {
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(5), Duration.ofMillis(10), Duration.ofMillis(25), Duration.ofMillis(50),
    Duration.ofMillis(100), Duration.ofMillis(250), Duration.ofMillis(500), Duration.ofSeconds(1),
    Duration.ofMillis(2500), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(30)
  };

  private final MeterRegistry registry;

  ServerMeters(MeterRegistry registry) {
    this.registry = registry;
    new JvmMemoryMetrics().bindTo(registry);
  }

  /** A request ended, well or not. */
  void request(String endpoint, String outcome, Duration time) {
    timer("palinode.request", "Requests to the API", "endpoint", endpoint, "outcome", outcome)
        .record(time);
  }

  /** An answer is complete. */
  void answered(String model, Usage usage) {
    tokens(model, "prompt", usage.promptTokens());
    tokens(model, "sampled", usage.sampledTokens());
    tokens(model, "visible", usage.visibleTokens());
    tokens(model, "discarded", usage.discardedTokens());
    timer("palinode.queue.wait", "Time before a request joined the batch", "model", model)
        .record(usage.waiting());
    usage
        .toFirstToken()
        .ifPresent(
            time ->
                timer("palinode.first.token", "Time to the first token", "model", model)
                    .record(usage.waiting().plus(time)));
    usage
        .toFirstEffectiveToken()
        .ifPresent(
            time ->
                timer(
                        "palinode.first.effective.token",
                        "Time to the first token that was never withdrawn",
                        "model",
                        model)
                    .record(usage.waiting().plus(time)));
  }

  private void tokens(String model, String kind, int count) {
    counter("palinode.tokens", "Tokens of complete answers", "model", model, "kind", kind)
        .increment(count);
  }

  /** An undo. */
  void withdrawn(String model, UndoCause cause) {
    String name = cause.name().toLowerCase(Locale.ROOT);
    counter(
            "palinode.undos",
            "Undos, also of text that no client got",
            "model",
            model,
            "cause",
            name)
        .increment();
  }

  private Counter counter(String name, String what, String... tags) {
    return Counter.builder(name).description(what).tags(tags).register(registry);
  }

  private Timer timer(String name, String what, String... tags) {
    return Timer.builder(name)
        .description(what)
        .tags(tags)
        .serviceLevelObjectives(BUCKETS)
        .register(registry);
  }
}

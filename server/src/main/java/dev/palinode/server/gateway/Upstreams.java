package dev.palinode.server.gateway;

import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.gateway.Upstream.Traits;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;

/** The servers behind the gateway, asked for their health all the time. Thread-safe. */
final class Upstreams implements AutoCloseable {
  /** An upstream that was chosen for a request, which must {@linkplain Upstream#ended end}. */
  record Choice(Upstream upstream, Traits traits) {}

  private final List<Upstream> all;
  private final HealthCheck health;
  private final ScheduledExecutorService checks;
  private int turn; // among equally busy ones

  private final Consumer<String> log;

  /** Asks each upstream once before it returns. */
  Upstreams(GatewaySettings settings, UpstreamClient client, Consumer<String> log) {
    this.log = log;
    all =
        settings.upstreams().stream()
            .map(address -> new Upstream(address, settings.times().pause(), System::nanoTime))
            .toList();
    health = new HealthCheck(client, settings);
    checks =
        Executors.newScheduledThreadPool(
            all.size(),
            BasicThreadFactory.builder().namingPattern("palinode-health").daemon().build());
    all.parallelStream().forEach(this::check);
    long pause = settings.times().healthCheck().toMillis();
    for (Upstream upstream : all) {
      var unused =
          checks.scheduleWithFixedDelay(() -> check(upstream), pause, pause, TimeUnit.MILLISECONDS);
    }
  }

  private void check(Upstream upstream) {
    String before = upstream.problem();
    try {
      health.check(upstream);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // it is being closed
    } catch (RuntimeException e) {
      upstream.isDown(e.toString());
    }
    String after = upstream.problem();
    if (!after.equals(before)) {
      log.accept(upstream.root() + (after.isEmpty() ? " is up" : " is down: " + after));
    }
  }

  List<Upstream> all() {
    return all;
  }

  /**
   * Checks that an upstream has the model, now or when it last worked.
   *
   * @throws EngineException if none has
   */
  void requireModel(String model) throws EngineException {
    boolean isAnyKnown = all.stream().anyMatch(upstream -> upstream.traits().isPresent());
    if (isAnyKnown && all.stream().noneMatch(upstream -> upstream.serves(model))) {
      throw new EngineException(Kind.UNKNOWN_MODEL, "no upstream has a model of this name");
    }
  }

  /**
   * The least busy upstream that works, has the model and was not tried; empty if there is none.
   */
  synchronized Optional<Choice> choose(String model, Set<Upstream> tried) {
    turn++;
    Optional<Upstream> chosen =
        all.stream()
            .filter(each -> each.isAvailable() && each.serves(model) && !tried.contains(each))
            .min(
                Comparator.comparing(Upstream::inFlight)
                    .thenComparing(each -> Math.floorMod(all.indexOf(each) + turn, all.size())));
    chosen.ifPresent(Upstream::begins);
    return chosen.map(upstream -> new Choice(upstream, upstream.traits().orElseThrow()));
  }

  /** Why none is available; empty if one is. */
  Optional<String> unready() {
    return all.stream().anyMatch(Upstream::isAvailable)
        ? Optional.empty()
        : Optional.of("none of " + all.size() + " upstreams is available");
  }

  @Override
  public void close() {
    checks.shutdownNow();
  }
}

package dev.palinode.server.gateway;

import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.gateway.Upstream.Ending;
import dev.palinode.server.gateway.Upstreams.Choice;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends a request to the upstream that suits it best, and to the next one as long as it fails
 * before the first event of its answer. Thread-safe.
 */
final class Dispatcher {
  private final Upstreams upstreams;
  private final UpstreamClient client;

  private final GatewaySettings settings;
  private final Consumer<String> log;

  /**
   * @param log gets a line about each failure of an upstream
   */
  Dispatcher(
      Upstreams upstreams, UpstreamClient client, GatewaySettings settings, Consumer<String> log) {
    this.upstreams = upstreams;
    this.client = client;
    this.settings = settings;
    this.log = log;
  }

  /**
   * Starts an answer.
   *
   * @throws EngineException if no upstream begins one; the first one's problem
   * @throws java.util.concurrent.CancellationException if it was cancelled
   */
  Reading start(EngineRequest request, Attempt attempt, Cancellation cancellation)
      throws EngineException {
    Set<Upstream> tried = new HashSet<>();
    EngineException problem =
        new EngineException(Kind.UNAVAILABLE, "no upstream is available now: try again later");
    for (Optional<Choice> choice = upstreams.choose(request.model(), tried);
        choice.isPresent();
        choice = upstreams.choose(request.model(), tried)) {
      UpstreamRequest form = new UpstreamRequest(request, choice.get().traits(), settings);
      Reading reading = new Reading(choice.get().upstream(), form, cancellation, log);
      try {
        reading.begin(client, attempt);
        return reading;
      } catch (EngineException e) {
        reading.close();
        problem = tried.isEmpty() ? e : problem;
        tried.add(choice.get().upstream());
        if (e.kind() == Kind.INVALID || cancellation.isCancelled()) {
          throw e;
        }
      } catch (RuntimeException e) {
        reading.close();
        throw e;
      }
    }
    throw problem;
  }

  /** An answer that is being read from an upstream; closing it ends the upstream's request. */
  static final class Reading implements AutoCloseable {
    private final Upstream upstream;
    private final UpstreamRequest form;
    private final Cancellation cancellation;
    private final Consumer<String> log;
    private @Nullable UpstreamStream stream;
    private Optional<Chunk> first = Optional.empty();
    private Ending ending = Ending.ANSWERED;

    private Reading(
        Upstream upstream, UpstreamRequest form, Cancellation cancellation, Consumer<String> log) {
      this.upstream = upstream;
      this.form = form;
      this.cancellation = cancellation;
      this.log = log;
    }

    private void begin(UpstreamClient client, Attempt attempt) throws EngineException {
      try {
        stream = client.stream(upstream.resource(form.path()), form.body(attempt), cancellation);
        first = stream.next();
        if (first.isEmpty()) {
          throw new EngineException(Kind.UPSTREAM, "an upstream sent an empty answer");
        }
      } catch (EngineException e) {
        throw noted(e);
      }
    }

    /** The next event; empty at the end of the stream. */
    Optional<Chunk> next() throws EngineException {
      if (first.isPresent()) {
        Optional<Chunk> chunk = first;
        first = Optional.empty();
        return chunk;
      }
      try {
        return stream == null ? Optional.empty() : stream.next();
      } catch (EngineException e) {
        throw noted(e);
      }
    }

    private EngineException noted(EngineException problem) {
      boolean isItsFault = problem.kind() == Kind.UPSTREAM || problem.kind() == Kind.UNAVAILABLE;
      ending = isItsFault ? Ending.FAILED : Ending.ANSWERED;
      if (!cancellation.isCancelled()) {
        log.accept(upstream.root() + ": " + problem.getMessage());
      }
      return problem;
    }

    /** The stream ended before the answer. */
    EngineException brokenOff() {
      return noted(new EngineException(Kind.UPSTREAM, "an upstream ended before its answer did"));
    }

    UpstreamRequest form() {
      return form;
    }

    @Override
    public void close() {
      if (stream != null) {
        stream.close();
      }
      upstream.ended(cancellation.isCancelled() ? Ending.CANCELLED : ending);
    }
  }
}

package dev.palinode.server.gateway;

import dev.palinode.chat.Message;
import dev.palinode.guard.Guard;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineModel;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Chat;
import dev.palinode.server.engine.EngineRequest.Text;
import dev.palinode.server.engine.EngineRequest.Tokens;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.server.gateway.Upstream.Model;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.apache.commons.lang3.concurrent.BasicThreadFactory;

/** Answers with the models of the servers behind it. Each answer has a thread. Thread-safe. */
public final class GatewayEngine implements Engine {
  private static final String CLOSED = "the gateway is being shut down";

  private final GatewaySettings settings;
  private final UpstreamClient client;
  private final Upstreams upstreams;
  private final Dispatcher dispatcher;
  private final Instant created = Instant.now().truncatedTo(ChronoUnit.SECONDS);
  private final Semaphore places;
  private final Set<GatewayAnswer> running = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          BasicThreadFactory.builder().namingPattern("palinode-gateway-%d").daemon().build());
  private volatile boolean isClosed;

  /**
   * Asks each upstream once what it is; those that are down may come up later.
   *
   * @param log gets lines about upstreams, without text of requests
   */
  public GatewayEngine(GatewaySettings settings, Consumer<String> log) {
    this.settings = settings;
    this.places = new Semaphore(settings.maxRequests());
    this.client = new UpstreamClient(settings.key(), settings.times().silence());
    this.upstreams = new Upstreams(settings, client, log);
    this.dispatcher = new Dispatcher(upstreams, client, settings, log);
  }

  /** The models of all upstreams that have been up; a model may be on several. */
  @Override
  public List<EngineModel> models() {
    GuardSettings guards = settings.guards();
    Map<String, EngineModel> models = new LinkedHashMap<>();
    upstreams.all().stream()
        .flatMap(upstream -> upstream.traits().stream())
        .flatMap(traits -> traits.models().stream())
        .forEach(
            model ->
                models.putIfAbsent(
                    model.id(),
                    new EngineModel(
                        model.id(),
                        created,
                        model.hasReset(),
                        model.tellsReset(),
                        guards.names(),
                        guards.mandatory(),
                        withdraws(model) ? settings.holdBack() : 0)));
    return List.copyOf(models.values());
  }

  private boolean withdraws(Model model) {
    return model.hasReset() || !settings.guards().guards().isEmpty();
  }

  @Override
  public int mostRequests() {
    return settings.maxRequests();
  }

  @Override
  public Call start(EngineRequest request, Consumer<AnswerPart> listener) throws EngineException {
    upstreams.requireModel(request.model());
    if (settings.resets().isFixed()) {
      request.requireUndoAsFixed();
    }
    AnswerGuards guards = new AnswerGuards(guards(request), settings.guards().timeout(), threads);
    if (isClosed) {
      throw new EngineException(Kind.UNAVAILABLE, CLOSED);
    }
    if (!places.tryAcquire()) {
      throw new EngineException(Kind.BUSY, "the gateway has too many requests: try again");
    }
    GatewayAnswer answer = new GatewayAnswer(request, settings, dispatcher, guards, listener);
    running.add(answer);
    if (isClosed) {
      answer.cancel(); // close() may have come too early to see it
    }
    try {
      threads.execute(() -> run(answer, listener));
    } catch (RejectedExecutionException e) {
      ended(answer);
      throw new EngineException(Kind.UNAVAILABLE, CLOSED, e);
    }
    return answer::cancel;
  }

  /** Its place is free when the last part is reported, for a client that asks again at once. */
  private void run(GatewayAnswer answer, Consumer<AnswerPart> listener) {
    AnswerPart last;
    try {
      last = answer.run();
    } finally {
      ended(answer);
    }
    listener.accept(last);
  }

  private void ended(GatewayAnswer answer) {
    running.remove(answer);
    places.release();
  }

  private List<Guard> guards(EngineRequest request) throws EngineException {
    boolean isText = request.prompt() instanceof Text;
    List<Message> conversation =
        request.prompt() instanceof Chat chat
            ? chat.messages()
            : List.of(Message.user(isText ? ((Text) request.prompt()).text() : ""));
    List<Guard> guards = settings.guards().of(request.guards(), conversation);
    if (!guards.isEmpty() && request.prompt() instanceof Tokens) {
      throw EngineException.invalid(
          "prompt", "prompt: the gateway's guards cannot read token ids; give the text");
    }
    return guards;
  }

  @Override
  public Optional<String> unready() {
    return isClosed ? Optional.of(CLOSED) : upstreams.unready();
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    for (Upstream upstream : upstreams.all()) {
      String name = upstream.root().toString();
      Gauge.builder("palinode.upstream.up", upstream, it -> it.problem().isEmpty() ? 1 : 0)
          .tag("upstream", name)
          .description("Whether the last health check went well")
          .register(registry);
      Gauge.builder("palinode.upstream.circuit.open", upstream, it -> it.breaker().isOpen() ? 1 : 0)
          .tag("upstream", name)
          .description("Whether it gets no requests because too many failed")
          .register(registry);
      Gauge.builder("palinode.upstream.in.flight", upstream, Upstream::inFlight)
          .tag("upstream", name)
          .description("Requests that it is answering")
          .register(registry);
      FunctionCounter.builder("palinode.upstream.requests", upstream, Upstream::requests)
          .tag("upstream", name)
          .description("Requests sent")
          .register(registry);
      FunctionCounter.builder("palinode.upstream.failures", upstream, Upstream::failures)
          .tag("upstream", name)
          .description("Requests that failed by its fault")
          .register(registry);
    }
  }

  @Override
  public void close() {
    isClosed = true;
    upstreams.close();
    running.forEach(GatewayAnswer::cancel);
    client.close();
    threads.shutdown();
  }
}

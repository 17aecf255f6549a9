package dev.palinode.server;

import dev.palinode.server.CompletionHandler.ClientGoneException;
import dev.palinode.server.api.ApiException;
import dev.palinode.server.api.CompletionCall;
import dev.palinode.server.api.JsonParts;
import dev.palinode.server.api.RequestReader;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineModel;
import io.javalin.Javalin;
import io.javalin.compression.CompressionStrategy;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import io.javalin.http.staticfiles.Location;
import io.javalin.util.JavalinException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * An OpenAI-compatible HTTP server in front of {@link Engine}s; docs/protocol.md describes it.
 * Thread-safe.
 */
public final class PalinodeServer implements AutoCloseable {
  private static final String PAGE = "/dev/palinode/server/page";
  private static final int MAX_THREADS = 512; // one for each request that is being answered
  private static final int MOST_ACTIVE = 448; // the other threads answer /health and refuse
  private static final int SEND_BUFFER =
      256 << 10; // the kernel would keep megabytes for each client
  private static final long DRAIN_LOOK_MILLIS = 20;
  private static final long IDLE_MILLIS = 200; // until an idle connection is closed at the end
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final ServerSettings settings;
  private final List<Engine> engines;
  private final Consumer<String> log;
  private final RequestGate gate;
  private final RequestReader reader;
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final ServerMeters meters = new ServerMeters(registry);
  private final AtomicInteger active = new AtomicInteger();
  private final Javalin http;
  private volatile boolean draining;

  private PalinodeServer(ServerSettings settings, List<Engine> engines, Consumer<String> log) {
    this.settings = settings;
    this.engines = List.copyOf(engines);
    this.log = log;
    this.gate = new RequestGate(settings);
    this.reader = new RequestReader(settings.limits());
    engines.forEach(engine -> engine.bindTo(registry));
    Gauge.builder("palinode.active", active, AtomicInteger::get)
        .description("Requests that are being answered or wait")
        .register(registry);
    this.http = Javalin.create(this::configure);
  }

  /**
   * Starts a server.
   *
   * @param engines closed by the server. Of two with a model of the same name, the first answers
   * @param log gets lines about errors, without text of requests
   * @throws UncheckedIOException if it cannot listen there
   */
  public static PalinodeServer start(
      ServerSettings settings, List<Engine> engines, Consumer<String> log) {
    PalinodeServer server = new PalinodeServer(settings, engines, log);
    try {
      server.http.start();
    } catch (JavalinException e) { // whose own message speaks of a used port, whatever it was
      Throwable cause = ExceptionUtils.getRootCause(e);
      boolean isUnknown = cause instanceof UnresolvedAddressException;
      throw new UncheckedIOException(
          new IOException(
              "cannot listen at %s, port %s: %s"
                  .formatted(
                      settings.host(),
                      settings.port(),
                      isUnknown ? "unknown host" : cause.getMessage()),
              e));
    }
    return server;
  }

  /** The port at which it listens. */
  public int port() {
    return http.port();
  }

  private void configure(JavalinConfig config) {
    config.startup.showJavalinBanner = false;
    config.startup.showOldJavalinVersionWarning = false;
    config.startup.startupWatcherEnabled = false;
    config.http.prefer405over404 = true;
    config.http.compressionStrategy = CompressionStrategy.NONE;
    config.jetty.threadPool = new QueuedThreadPool(MAX_THREADS);
    config.jetty.addConnector(this::connector);
    config.jetty.modifyServer(PalinodeServer::prepare);
    config.jetty.modifyServletContextHandler(it -> it.setErrorHandler(new JsonErrors()));
    settings
        .corsOrigin()
        .ifPresent(
            origin ->
                config.bundledPlugins.enableCors(
                    cors -> cors.addRule(rule -> rule.allowHost(origin))));
    if (PalinodeServer.class.getResource(PAGE + "/index.html") != null) {
      config.staticFiles.add(PAGE, Location.CLASSPATH);
    }
    routes(config);
  }

  private static void prepare(Server server) {
    server.setErrorHandler(new JsonErrors());
    server.insertHandler(new GracefulHandler());
    server.setStopTimeout(LAST_WORDS.toMillis());
  }

  private ServerConnector connector(Server server, HttpConfiguration http) {
    http.setSendServerVersion(false);
    ServerConnector connector = Peer.connector(server, new HttpConnectionFactory(http));
    connector.setHost(settings.host());
    connector.setPort(settings.port());
    connector.setAcceptedSendBufferSize(SEND_BUFFER);
    connector.setShutdownIdleTimeout(IDLE_MILLIS);
    connector.setIdleTimeout(settings.stall().toMillis());
    return connector;
  }

  private void routes(JavalinConfig config) {
    config.routes.before(gate::headers);
    config.routes.before(gate::checkHost);
    config.routes.before("/v1/*", gate::checkKey);
    config.routes.before("/metrics", gate::checkKey);
    config.routes.get("/health", context -> context.result("ok"));
    config.routes.get("/ready", this::ready);
    config.routes.get(
        "/metrics",
        context -> context.contentType("text/plain; version=0.0.4").result(registry.scrape()));
    config.routes.get("/v1/models", context -> json(context, 200, JsonParts.models(models())));
    config.routes.get("/v1/models/<id>", this::model);
    config.routes.post(
        "/v1/chat/completions", context -> answer(context, "chat", RequestReader::chat));
    config.routes.post(
        "/v1/completions", context -> answer(context, "completions", RequestReader::completion));
    config.routes.after(gate::discardBody);
    config.routes.exception(ApiException.class, PalinodeServer::fail);
    config.routes.exception(ClientGoneException.class, (gone, context) -> {});
    config.routes.exception(HttpResponseException.class, PalinodeServer::failHttp);
    config.routes.exception(Exception.class, this::failUnexpectedly);
  }

  private static void json(Context context, int status, byte[] body) {
    context.status(status).contentType("application/json").result(body);
  }

  // What is served

  private List<EngineModel> models() {
    List<EngineModel> models = new ArrayList<>();
    engines.forEach(engine -> models.addAll(engine.models()));
    return models;
  }

  private void model(Context context) {
    String id = context.pathParam("id");
    EngineModel model =
        models().stream()
            .filter(each -> each.id().equals(id))
            .findFirst()
            .orElseThrow(this::unknownModel);
    json(context, 200, JsonParts.model(model));
  }

  private ApiException unknownModel() {
    String known = String.join(", ", models().stream().map(EngineModel::id).toList());
    return ApiException.of(
        new EngineException(Kind.UNKNOWN_MODEL, "no such model; this server has: " + known));
  }

  private void ready(Context context) {
    Optional<String> problem =
        draining
            ? Optional.of("shutting down")
            : engines.stream().flatMap(engine -> engine.unready().stream()).findFirst();
    context.status(problem.isPresent() ? 503 : 200).result(problem.orElse("ready"));
  }

  // Answers

  private void answer(
      Context context, String endpoint, BiFunction<RequestReader, byte[], CompletionCall> read)
      throws InterruptedException {
    long began = System.nanoTime();
    String outcome = "error";
    int requests = active.incrementAndGet();
    try {
      if (draining) {
        throw ApiException.http(503, "shutting_down", "the server is being shut down");
      } else if (requests > MOST_ACTIVE) {
        throw ApiException.http(503, "too_many_requests", "too many requests: try again");
      }
      outcome = answer(context, read.apply(reader, gate.body(context)));
    } catch (ApiException e) {
      outcome = String.valueOf(e.code());
      throw e;
    } catch (ClientGoneException e) {
      outcome = String.valueOf(e.getMessage());
      throw e;
    } finally {
      active.decrementAndGet();
      meters.request(endpoint, outcome, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private String answer(Context context, CompletionCall call) throws InterruptedException {
    for (Engine engine : engines) {
      for (EngineModel model : engine.models()) {
        if (model.id().equals(call.model())) {
          Peer peer = Peer.of(context.req());
          return new CompletionHandler(settings, meters, call, engine, model, peer)
              .run(context.res());
        }
      }
    }
    throw unknownModel();
  }

  // Errors

  private static void fail(ApiException error, Context context) {
    if (error.status() == 429 || error.status() == 503) {
      context.header("Retry-After", "1");
    }
    json(context, error.status(), JsonParts.error(error));
  }

  private static void failHttp(HttpResponseException error, Context context) {
    String allowed = error.getDetails().values().stream().findFirst().orElse("");
    if (error.getStatus() == 405) {
      context.header("Allow", allowed);
    }
    String message =
        switch (error.getStatus()) {
          case 404 -> "there is nothing at this path";
          case 405 -> "this path takes " + allowed;
          default -> String.valueOf(error.getMessage());
        };
    fail(
        ApiException.http(error.getStatus(), JsonErrors.code(error.getStatus()), message), context);
  }

  private void failUnexpectedly(Exception error, Context context) {
    String id = String.valueOf(context.res().getHeader(RequestGate.REQUEST_ID));
    log.accept(String.format(Locale.ROOT, "request %s failed: %s", id, error.getClass().getName()));
    if (!context.res().isCommitted()) {
      fail(ApiException.http(500, "internal_error", "the server failed; request " + id), context);
    }
  }

  // Its end

  /**
   * Lets the answers that are being given end, takes no new requests, and closes the server.
   *
   * @param most how long to wait for answers; the rest fail then
   */
  public void drain(Duration most) {
    draining = true;
    long end = System.nanoTime() + most.toNanos();
    try {
      while (active.get() > 0 && System.nanoTime() < end) {
        Thread.sleep(DRAIN_LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /** Fails the unfinished answers and stops listening. */
  @Override
  public void close() {
    draining = true;
    engines.forEach(Engine::close);
    http.stop(); // once clients have got the errors of answers that were cut off
  }
}

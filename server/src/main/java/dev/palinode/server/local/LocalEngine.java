package dev.palinode.server.local;

import dev.palinode.decode.DecodingService;
import dev.palinode.decode.FinishReason;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.Usage;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineModel;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Prompt;
import dev.palinode.token.TokenIds;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * One model in this process, which answers with continuous batching. Prompts whose
 * log-probabilities are asked for are read one after the other on a thread of their own, before the
 * request joins the batch.
 */
public final class LocalEngine implements Engine {
  private final String name;
  private final LocalModel model;
  private final LocalSettings settings;
  private final RequestTranslation translation;
  private final DecodingService service;
  private final ThreadPoolExecutor scoring;
  private final Instant created = Instant.now();
  private volatile boolean closed;
  private volatile @Nullable Encoded lastPrompt; // that of the next choice too, perhaps

  private record Encoded(Prompt prompt, TokenIds ids) {}

  /** Starts the threads. The model is not closed by the engine. */
  public LocalEngine(String name, LocalModel model, LocalSettings settings) {
    this.name = name;
    this.model = model;
    this.settings = settings;
    this.translation = new RequestTranslation(model, settings);
    int capacity = mostRequests();
    this.service = new DecodingService(model.lm(), model.tokenizer(), settings.limits(), capacity);
    this.scoring =
        new ThreadPoolExecutor(
            1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(capacity), LocalEngine::thread);
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "palinode-scoring");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public List<EngineModel> models() {
    return List.of(
        new EngineModel(
            name,
            created,
            model.resetId().isPresent(),
            model.resetId().isPresent(),
            settings.guards().names(),
            settings.guards().mandatory(),
            settings.holdBack()));
  }

  @Override
  public int mostRequests() {
    return settings.limits().maxRows() + settings.queue();
  }

  @Override
  public Call start(EngineRequest request, Consumer<AnswerPart> listener) throws EngineException {
    if (!service.hasRoom()) {
      throw busy();
    }
    int[] prompt = prompt(request);
    GenerationRequest generation = translation.generation(request, prompt);
    if (!request.echo()) {
      return decode(request, generation, listener);
    }
    return request.logprobs().isEmpty()
        ? echo(request, generation, Optional.empty(), listener)
        : score(request, generation, listener);
  }

  private int[] prompt(EngineRequest request) throws EngineException {
    @Nullable Encoded known = lastPrompt;
    if (known == null || known.prompt() != request.prompt()) {
      known = new Encoded(request.prompt(), TokenIds.of(translation.prompt(request)));
      lastPrompt = known;
    }
    return known.ids().toArray();
  }

  private Call decode(
      EngineRequest request, GenerationRequest generation, Consumer<AnswerPart> listener)
      throws EngineException {
    EventTranslation events = new EventTranslation(model.tokenizer(), request, generation);
    try {
      return service
              .offer(generation, event -> events.translate(event).ifPresent(listener))
              .orElseThrow(LocalEngine::busy)
          ::cancel;
    } catch (IllegalStateException e) {
      throw new EngineException(Kind.UNAVAILABLE, "the model does not answer: " + message(e), e);
    }
  }

  private Call echo(
      EngineRequest request,
      GenerationRequest generation,
      Optional<List<TokenLogProbs>> scores,
      Consumer<AnswerPart> listener)
      throws EngineException {
    int[] prompt = generation.prompt().toArray();
    listener.accept(new PromptTokens(model.tokenizer()).echo(prompt, scores));
    if (request.maxTokens() > 0) {
      return decode(request, generation, listener);
    }
    Duration none = Duration.ZERO;
    Usage usage =
        new Usage(prompt.length, 0, 0, 0, 0, 0, 0, none, none, Optional.empty(), Optional.empty());
    listener.accept(new AnswerPart.End("", FinishReason.LENGTH, "", usage));
    return () -> {};
  }

  /** Reads the prompt for its log-probabilities, then goes on as {@link #echo}. */
  private Call score(
      EngineRequest request, GenerationRequest generation, Consumer<AnswerPart> listener)
      throws EngineException {
    AtomicReference<@Nullable Call> decoding = new AtomicReference<>();
    Call cancelled = () -> {};
    Runnable work =
        () -> {
          if (closed || decoding.get() == cancelled) {
            listener.accept(failed(EngineException.ended()));
            return;
          }
          try {
            int[] prompt = generation.prompt().toArray();
            List<TokenLogProbs> scores =
                model.scorer().score(prompt, request.logprobs().orElseThrow());
            Call call = echo(request, generation, Optional.of(scores), listener);
            if (!decoding.compareAndSet(null, call)) {
              call.cancel();
            }
          } catch (EngineException e) {
            listener.accept(failed(e));
          } catch (RuntimeException | Error e) { // native code throws OutOfMemoryError
            listener.accept(failed(EventTranslation.failure(e)));
          }
        };
    try {
      scoring.execute(work);
    } catch (RejectedExecutionException e) {
      throw busy();
    }
    return () -> {
      @Nullable Call call = decoding.getAndSet(cancelled);
      if (call != null) {
        call.cancel();
      }
    };
  }

  private static AnswerPart failed(EngineException cause) {
    return new AnswerPart.Failed(cause);
  }

  private static EngineException busy() {
    return new EngineException(
        Kind.BUSY, "the batch and its queue are full: try again in a moment");
  }

  private static String message(Throwable cause) {
    return Objects.requireNonNullElse(cause.getMessage(), cause.toString());
  }

  @Override
  public Optional<String> unready() {
    return service.failure().map(cause -> "model " + name + " has failed: " + message(cause));
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    gauge(registry, "palinode.queue", "Requests that wait", it -> it.service.load().waiting());
    gauge(registry, "palinode.running", "Requests in the batch", it -> it.service.load().running());
    gauge(registry, "palinode.batch.rows", "Rows in use", it -> it.service.load().rows());
    gauge(
        registry,
        "palinode.batch.rows.max",
        "Rows of the batch",
        it -> it.settings.limits().maxRows());
    gauge(
        registry,
        "palinode.cache.tokens",
        "Tokens for which the KV cache may have to grow",
        it -> it.service.load().cachedTokens());
    gauge(
        registry,
        "palinode.cache.tokens.max",
        "Tokens that the KV cache may hold",
        it -> it.settings.limits().maxTokens());
  }

  private void gauge(
      MeterRegistry registry, String meter, String what, ToDoubleFunction<LocalEngine> value) {
    Gauge.builder(meter, this, value).description(what).tag("model", name).register(registry);
  }

  @Override
  public void close() {
    closed = true;
    scoring.shutdownNow().forEach(Runnable::run); // which fails them
    service.close();
    awaitScoring();
  }

  /** The model may be freed once the engine is closed. */
  private void awaitScoring() {
    boolean interrupted = false;
    while (!scoring.isTerminated()) {
      try {
        scoring.awaitTermination(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

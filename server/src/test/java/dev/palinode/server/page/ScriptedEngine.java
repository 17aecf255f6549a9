package dev.palinode.server.page;

import dev.palinode.decode.FinishReason;
import dev.palinode.decode.Usage;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineModel;
import dev.palinode.server.engine.EngineRequest;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Models whose answers are written here, slow enough to be watched. */
final class ScriptedEngine implements Engine {
  static final String HOSTILE =
      "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>";

  private static final long PAUSE_MILLIS = 15;

  /** The requests that were accepted, oldest first. */
  final BlockingQueue<EngineRequest> requests = new LinkedBlockingQueue<>();

  /** An answer goes on after an undo once this is zero, which it is from the start. */
  volatile CountDownLatch seen = new CountDownLatch(0);

  /** Zero once a request was cancelled. */
  final CountDownLatch cancelled = new CountDownLatch(1);

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @Override
  public List<EngineModel> models() {
    return List.of(
        new EngineModel("safety-world", Instant.EPOCH, true, true, List.of("lexicon"), false, 4),
        new EngineModel("plain", Instant.EPOCH, false, false, List.of(), false, 4));
  }

  @Override
  public int mostRequests() {
    return 8;
  }

  @Override
  public Call start(EngineRequest request, Consumer<AnswerPart> listener) throws EngineException {
    List<dev.palinode.chat.Message> messages = ((EngineRequest.Chat) request.prompt()).messages();
    String question = messages.get(messages.size() - 1).content();
    if (question.equals("busy")) {
      throw new EngineException(EngineException.Kind.BUSY, "the queue is full");
    }
    requests.add(request);
    AtomicBoolean isCancelled = new AtomicBoolean();
    Iterator<AnswerPart> parts = answer(question, request).iterator();
    threads.execute(() -> play(parts, isCancelled, listener));
    return () -> {
      isCancelled.set(true);
      cancelled.countDown();
    };
  }

  private void play(
      Iterator<AnswerPart> parts, AtomicBoolean isCancelled, Consumer<AnswerPart> listener) {
    while (parts.hasNext() && !isCancelled.get()) {
      AnswerPart part = parts.next();
      listener.accept(part);
      if (part.isLast()) {
        return;
      }
      try {
        Thread.sleep(PAUSE_MILLIS);
        if (part instanceof AnswerPart.Retraction) {
          seen.await();
        }
      } catch (InterruptedException e) {
        return;
      }
    }
    listener.accept(
        isCancelled.get()
            ? new AnswerPart.Failed(EngineException.ended())
            : end(FinishReason.STOP));
  }

  private static Stream<AnswerPart> answer(String question, EngineRequest request) {
    return switch (question) {
      case "endless" -> Stream.generate(() -> piece("again ", 0.001));
      case "hostile" -> Stream.of(piece(HOSTILE, 0.001));
      case "broken" ->
          Stream.of(
              piece("half a", 0.001),
              new AnswerPart.Failed(
                  new EngineException(EngineException.Kind.FAILED, "out of toads")));
      case "late" ->
          Stream.concat(
              Stream.generate(() -> piece("word ", 0.001)).limit(9),
              Stream.of(
                  new AnswerPart.Retraction(
                      9, "word ".repeat(9), UndoCause.RESET, "", OptionalDouble.of(0.9))));
      case "guarded" ->
          Stream.of(
              piece("🙂 write to", 0.001),
              piece(" 👩‍🚀", 0.002),
              piece(" ann@", 0.003),
              new AnswerPart.Retraction(
                  2, " 👩‍🚀 ann@", UndoCause.GUARD, "an address", OptionalDouble.empty()),
              piece(" her colleagues", 0.001));
      default -> request.undo().maxResets().orElse(1) == 0 ? steps().stream() : undone();
    };
  }

  private static List<AnswerPart> steps() {
    return new ArrayList<>(
        List.of(piece("of course .", 0.002), piece(" first heat", 0.1), piece(" the oil .", 0.4)));
  }

  private static Stream<AnswerPart> undone() {
    List<AnswerPart> parts = steps();
    parts.add(
        new AnswerPart.Retraction(
            3, "of course . first heat the oil .", UndoCause.RESET, "", OptionalDouble.of(0.9)));
    parts.add(piece("no .", 0.001));
    parts.add(piece(" ask me something else .", 0.001));
    return parts.stream();
  }

  private static AnswerPart piece(String text, double resetProbability) {
    return new AnswerPart.Piece(text, Optional.empty(), OptionalDouble.of(resetProbability));
  }

  private static AnswerPart end(FinishReason finish) {
    Usage usage =
        new Usage(
            7,
            6,
            0,
            3,
            2,
            1,
            0,
            Duration.ZERO,
            Duration.ofMillis(90),
            Optional.of(Duration.ofMillis(15)),
            Optional.of(Duration.ofMillis(1250)));
    return new AnswerPart.End("", finish, "", usage);
  }

  @Override
  public Optional<String> unready() {
    return Optional.empty();
  }

  @Override
  public void bindTo(MeterRegistry registry) {}

  @Override
  public void close() {
    threads.shutdownNow();
  }
}

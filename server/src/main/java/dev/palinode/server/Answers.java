package dev.palinode.server;

import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineRequest;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * The answers of a request while they are generated: a bounded buffer between the engine, which
 * never waits, and the thread that writes to the client. If the buffer is full, all answers are
 * cancelled. One thread reads; {@link #close} cancels what is unfinished.
 */
final class Answers implements AutoCloseable {
  /**
   * A part of the answer of a choice.
   *
   * @param index of the choice
   */
  record Part(int index, AnswerPart part) {}

  private final BlockingQueue<Part> parts;
  private final List<Engine.Call> calls = new CopyOnWriteArrayList<>();
  private volatile boolean overflowed;
  private int unfinished;

  private Answers(int most) {
    parts = new LinkedBlockingQueue<>(most);
  }

  /**
   * Starts all requests, or none.
   *
   * @param most parts that may wait to be read
   * @throws EngineException if one is not accepted, or they are more than ever fit
   */
  static Answers start(Engine engine, List<EngineRequest> requests, int most)
      throws EngineException {
    if (requests.size() > engine.mostRequests()) {
      throw EngineException.invalid(
          "n", "this model gives at most " + engine.mostRequests() + " answers at a time");
    }
    Answers answers = new Answers(most);
    try {
      for (int i = 0; i < requests.size(); i++) {
        int index = i;
        answers.calls.add(
            engine.start(requests.get(i), part -> answers.add(new Part(index, part))));
        answers.unfinished++;
      }
      return answers;
    } catch (EngineException | RuntimeException e) {
      answers.close();
      throw e;
    }
  }

  private void add(Part part) {
    if (!parts.offer(part) && !overflowed) {
      overflowed = true;
      close();
    }
  }

  /** Whether parts are still to come. */
  boolean areComing() {
    return unfinished > 0;
  }

  /**
   * The next part.
   *
   * @return empty if none came in this time
   * @throws SlowReaderException if the buffer was full
   */
  Optional<Part> next(long millis) throws InterruptedException, SlowReaderException {
    Part part = parts.poll(millis, TimeUnit.MILLISECONDS);
    if (overflowed) {
      throw new SlowReaderException();
    }
    if (part != null && part.part().isLast()) {
      unfinished--;
    }
    return Optional.ofNullable(part);
  }

  @Override
  public void close() {
    calls.forEach(Engine.Call::cancel);
  }

  /** The client reads slower than the model writes. */
  static final class SlowReaderException extends Exception {
    private static final long serialVersionUID = 1;
  }
}

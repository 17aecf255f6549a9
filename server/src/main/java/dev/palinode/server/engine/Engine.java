package dev.palinode.server.engine;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Models that answer requests. Thread-safe. */
public interface Engine extends AutoCloseable {
  /** An accepted request. */
  @FunctionalInterface
  interface Call {
    /**
     * Ends the request early: it leaves the batch within one step. Its listener gets a last part,
     * unless it got one before. May be called by any thread and several times.
     */
    void cancel();
  }

  /** The models that it answers with now, those that do not work at the moment included. */
  List<EngineModel> models();

  /** How many requests it can have accepted at a time, at least 1. */
  int mostRequests();

  /**
   * Accepts a request, without waiting for the answer.
   *
   * @param listener gets the parts in order, one at a time, and as the last one an {@link
   *     AnswerPart.End} or {@link AnswerPart.Failed}; maybe before this method returns. It does not
   *     block
   * @throws EngineException if the request is not accepted: the listener gets nothing
   */
  Call start(EngineRequest request, Consumer<AnswerPart> listener) throws EngineException;

  /** Why it can answer nothing now, for people; empty if it can. */
  Optional<String> unready();

  /** Registers its own meters: of the queue, the batch and the cache, where it has them. */
  void bindTo(MeterRegistry registry);

  /** Fails the unfinished requests and frees everything. */
  @Override
  void close();
}

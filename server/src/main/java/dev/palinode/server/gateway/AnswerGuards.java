package dev.palinode.server.gateway;

import dev.palinode.decode.GuardSessions;
import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The guards of one answer, each check on another thread and within its time limit. */
final class AnswerGuards implements AutoCloseable {
  private final boolean isEmpty;
  private final GuardSessions sessions;
  private final Duration timeout;
  private final ExecutorService threads;

  AnswerGuards(List<Guard> guards, Duration timeout, ExecutorService threads) {
    this.isEmpty = guards.isEmpty();
    this.sessions = new GuardSessions(guards);
    this.timeout = timeout;
    this.threads = threads;
  }

  boolean isEmpty() {
    return isEmpty;
  }

  /**
   * The guards' verdict: safe or unsafe.
   *
   * @throws EngineException if they fail, take too long or cannot decide
   * @throws CancellationException if the answer was cancelled
   */
  Verdict check(String visible, boolean complete, Cancellation cancellation)
      throws EngineException {
    Future<Verdict> check = threads.submit(() -> sessions.check(visible, complete));
    Runnable reading = cancellation.onCancel(() -> check.cancel(true));
    try {
      Verdict verdict = check.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (verdict.label() == Verdict.Label.UNDECIDED) {
        throw failed("a guard could not decide: " + verdict.reason());
      }
      return verdict;
    } catch (TimeoutException e) {
      throw failed("a guard took longer than " + timeout.toMillis() + " ms");
    } catch (ExecutionException e) {
      throw failed("a guard failed: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted");
    } finally {
      check.cancel(true);
      cancellation.onCancel(reading);
    }
  }

  private static EngineException failed(String message) {
    return new EngineException(Kind.FAILED, message);
  }

  @Override
  public void close() {
    sessions.close();
  }
}

package dev.palinode.decode;

import dev.palinode.guard.Guard;
import dev.palinode.guard.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/**
 * The guard sessions of one request: opened by the first check, closed when the request has ended,
 * or at the end of a check that is still running then.
 *
 * <p>Checks come one at a time, on any thread; {@link #close} on any other.
 */
public final class GuardSessions implements AutoCloseable {
  private final List<Guard> guards;
  private final List<Guard.Session> open = new ArrayList<>(); // of the first guards in the list
  private boolean busy;
  private boolean closed;

  /** Opens none yet; the guards are called in this order. */
  public GuardSessions(List<Guard> guards) {
    this.guards = List.copyOf(guards);
  }

  /**
   * Calls the guards; text is safe as far as all of them call it safe.
   *
   * @param visible all visible text
   * @param complete whether nothing more will follow
   * @throws CancellationException if it has been closed
   * @throws Exception of a guard, or because it returned nothing
   */
  public Verdict check(String visible, boolean complete) throws Exception {
    begin();
    try {
      int safePrefixLength = Verdict.ALL;
      for (int i = 0; i < guards.size(); i++) {
        if (i == open.size()) {
          open.add(Objects.requireNonNull(guards.get(i).open(), "no session"));
        }
        Verdict verdict =
            Objects.requireNonNull(open.get(i).check(visible, complete), "no verdict");
        safePrefixLength = Math.min(safePrefixLength, verdict.safePrefixLength());
        if (verdict.isUnsafe()) {
          return Verdict.unsafe(verdict.reason(), safePrefixLength);
        } else if (verdict.label() == Verdict.Label.UNDECIDED) {
          return verdict;
        }
      }
      return Verdict.safeUpTo(safePrefixLength);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    if (closed) {
      throw new CancellationException("the request has ended");
    }
    busy = true;
  }

  private synchronized void end() {
    busy = false;
    if (closed) {
      close();
    }
  }

  /** Closes the sessions; does not wait for a check. */
  @Override
  public synchronized void close() {
    closed = true;
    if (busy) {
      return;
    }
    for (Guard.Session session : open) {
      try {
        session.close();
      } catch (RuntimeException e) {
        // The answer is complete: a guard that cannot free its memory must not fail the others.
      }
    }
    open.clear();
  }
}

package dev.palinode.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jline.utils.Signals;
import org.jspecify.annotations.Nullable;

/**
 * Handlers for the signals that ask a program to end: SIGINT (Ctrl-C), SIGTERM and SIGHUP. By
 * default the JVM unloads native libraries while other threads still compute in them, which
 * crashes. Here a command shuts down in its own way, or the process ends at once, like a process
 * without handlers: no code runs any more, and the shell sees the signal (exit code 130 for
 * SIGINT).
 *
 * <p>Closing restores the previous handlers.
 */
final class EndSignals implements AutoCloseable {
  private static final int TIMEOUT_SECONDS = 5;

  /** The signals, by their names without SIG. */
  private enum Signal {
    INT(2),
    TERM(15),
    HUP(1);

    private final int exitCode;

    Signal(int number) {
      this.exitCode = 128 + number;
    }
  }

  private final BooleanSupplier beginToEnd;
  private final Map<Signal, Object> before = new EnumMap<>(Signal.class);
  private final List<Signal> received = new ArrayList<>();

  private EndSignals(BooleanSupplier beginToEnd) {
    this.beginToEnd = beginToEnd;
    for (Signal signal : Signal.values()) {
      @Nullable Object handler = Signals.register(signal.name(), () -> receive(signal));
      if (handler != null) { // null: unknown to this system, or reserved by a JVM option
        before.put(signal, handler);
      }
    }
  }

  /** Any of the signals ends the process at once. */
  static EndSignals endAtOnce() {
    return new EndSignals(() -> false);
  }

  /**
   * The first signal starts an orderly shutdown; the same signal again ends the process at once. A
   * different signal in between does not: a launcher forwards signals that the terminal has already
   * sent.
   *
   * @param beginToEnd called on another thread, maybe several times; false if the process may end
   *     at once
   */
  static EndSignals endInOrder(BooleanSupplier beginToEnd) {
    return new EndSignals(beginToEnd);
  }

  private void receive(Signal signal) {
    if (isFirst(signal) && beginToEnd.getAsBoolean()) {
      return;
    }
    endBy(signal);
  }

  private boolean isFirst(Signal signal) {
    synchronized (received) {
      received.add(signal);
      return received.indexOf(signal) == received.size() - 1;
    }
  }

  /** The exit code for the first signal received; empty if there was none. */
  OptionalInt exitCode() {
    synchronized (received) {
      return received.isEmpty() ? OptionalInt.empty() : OptionalInt.of(received.get(0).exitCode);
    }
  }

  /** Ends the process at once, as SIGTERM does. */
  static void terminate() {
    endBy(Signal.TERM);
  }

  private static void endBy(Signal signal) {
    System.out.flush();
    System.err.flush();
    Signals.registerDefault(signal.name());
    String kill =
        String.format(Locale.ROOT, "kill -%s %d", signal.name(), ProcessHandle.current().pid());
    try {
      // The JVM can raise only signals that it handles itself.
      new ProcessBuilder("sh", "-c", kill).start().waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | InterruptedException noSuchShell) {
      // fall back to halt
    }
    Runtime.getRuntime().halt(signal.exitCode);
  }

  @Override
  public void close() {
    before.forEach((signal, handler) -> Signals.unregister(signal.name(), handler));
  }
}

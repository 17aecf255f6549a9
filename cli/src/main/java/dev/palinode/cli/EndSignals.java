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
 * The signals that ask a program to end: SIGINT (Ctrl-C), SIGTERM and SIGHUP. By default the JVM
 * answers them by unloading native libraries while other threads still compute in them, which ends
 * in a crash. Here a command ends in its own way, or the process ends at once, as one without
 * handlers does: nothing runs any more, and the shell sees the signal (exit code 130 for SIGINT).
 *
 * <p>Closing it puts the handlers back that were there before.
 */
final class EndSignals implements AutoCloseable {
  private static final int PATIENCE_SECONDS = 5;

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
      if (handler != null) { // null: unknown to this system, or the JVM was told to leave it alone
        before.put(signal, handler);
      }
    }
  }

  /** Any of the signals ends the process at once. */
  static EndSignals endAtOnce() {
    return new EndSignals(() -> false);
  }

  /**
   * The first signal lets a command end in its own way; the same one again ends the process at
   * once. Another one may come between the two: a launcher passes on what the terminal has already
   * sent.
   *
   * @param beginToEnd called on a thread of its own, maybe several times; false if the process may
   *     end at once
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

  /** The exit code that says which signal came first; empty if none came. */
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
      // The JVM raises only signals that it handles itself.
      new ProcessBuilder("sh", "-c", kill).start().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | InterruptedException noSuchShell) {
      // then as well as the JVM can
    }
    Runtime.getRuntime().halt(signal.exitCode);
  }

  @Override
  public void close() {
    before.forEach((signal, handler) -> Signals.unregister(signal.name(), handler));
  }
}

package dev.palinode.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * The signals that ask a program to end: SIGINT (Ctrl-C), SIGTERM and SIGHUP. By default the JVM
 * answers them by unloading native libraries while other threads still compute in them, which ends
 * in a crash. Here a command ends in its own way, or the process ends at once, as one without
 * handlers does: nothing runs any more, and the shell sees the signal (exit code 130 for SIGINT).
 *
 * <p>Closing it puts the handlers back that were there before.
 */
@SuppressWarnings("sunapi") // the JDK has no other way to handle a signal
final class EndSignals implements AutoCloseable {
  private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

  private static final int PATIENCE_SECONDS = 5;

  private final BooleanSupplier beginToEnd;
  private final Map<sun.misc.Signal, sun.misc.SignalHandler> before = new LinkedHashMap<>();
  private final List<sun.misc.Signal> received = new ArrayList<>();

  private EndSignals(BooleanSupplier beginToEnd) {
    this.beginToEnd = beginToEnd;
    for (String name : NAMES) {
      try {
        sun.misc.Signal signal = new sun.misc.Signal(name);
        before.put(signal, sun.misc.Signal.handle(signal, this::receive));
      } catch (IllegalArgumentException notHere) {
        // unknown to this system, or the JVM was told to leave it alone
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

  private void receive(sun.misc.Signal signal) {
    if (isFirst(signal) && beginToEnd.getAsBoolean()) {
      return;
    }
    endBy(signal);
  }

  private boolean isFirst(sun.misc.Signal signal) {
    synchronized (received) {
      received.add(signal);
      return received.indexOf(signal) == received.size() - 1;
    }
  }

  /** The exit code that says which signal came first; empty if none came. */
  OptionalInt exitCode() {
    synchronized (received) {
      return received.isEmpty() ? OptionalInt.empty() : OptionalInt.of(code(received.get(0)));
    }
  }

  /** Ends the process at once, as SIGTERM does. */
  static void terminate() {
    endBy(new sun.misc.Signal("TERM"));
  }

  private static void endBy(sun.misc.Signal signal) {
    System.out.flush();
    System.err.flush();
    sun.misc.Signal.handle(signal, sun.misc.SignalHandler.SIG_DFL);
    String kill =
        String.format(Locale.ROOT, "kill -%s %d", signal.getName(), ProcessHandle.current().pid());
    try {
      // The JVM raises only signals that it handles itself.
      new ProcessBuilder("sh", "-c", kill).start().waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (IOException | InterruptedException noSuchShell) {
      // then as well as the JVM can
    }
    Runtime.getRuntime().halt(code(signal));
  }

  private static int code(sun.misc.Signal signal) {
    return 128 + signal.getNumber();
  }

  @Override
  public void close() {
    before.forEach(sun.misc.Signal::handle);
  }
}

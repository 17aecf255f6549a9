package dev.palinode.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * A progress bar on one line of a terminal, drawn at most ten times a second. If the output is not
 * a terminal, a line every ten percent. Thread-safe.
 */
public final class ProgressLine implements AutoCloseable {
  private static final int WIDTH = 24;
  private static final int COLUMNS = 79; // a wrapped line could not be overwritten
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintStream out;
  private final boolean terminal;
  private final long start = System.nanoTime();
  private long lastDrawn;
  private int lastTenth = -1;
  private int lastLength;

  public ProgressLine(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  /** On standard output; the launcher tells whether it is a terminal. */
  public static ProgressLine onStandardOutput() {
    return new ProgressLine(System.out, Boolean.getBoolean("palinode.terminal"));
  }

  /**
   * Shows the progress.
   *
   * @param fraction done, 0 to 1
   * @param doing the current work
   */
  public synchronized void show(double fraction, String doing) {
    long now = System.nanoTime();
    if (terminal && (now - lastDrawn > REDRAW_NANOS || fraction >= 1)) {
      lastDrawn = now;
      draw(line(fraction, doing));
    } else if (!terminal && (int) (fraction * 10) > lastTenth) {
      lastTenth = (int) (fraction * 10);
      out.println(line(fraction, doing));
    }
  }

  private String line(double fraction, String doing) {
    int full = (int) Math.round(fraction * WIDTH);
    Duration passed = Duration.ofNanos(System.nanoTime() - start);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f%%  %s%s  %s",
        "#".repeat(full),
        "-".repeat(WIDTH - full),
        100 * fraction,
        clock(passed),
        fraction > 0.02 && fraction < 1 ? ", " + clock(remaining(passed, fraction)) + " to go" : "",
        doing);
  }

  private static Duration remaining(Duration passed, double fraction) {
    return Duration.ofMillis((long) (passed.toMillis() * (1 - fraction) / fraction));
  }

  private static String clock(Duration duration) {
    return String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
  }

  private void draw(String line) {
    String cut = line.substring(0, Math.min(line.length(), COLUMNS));
    out.print("\r" + cut + " ".repeat(Math.max(0, lastLength - cut.length())));
    out.flush();
    lastLength = cut.length();
  }

  /** Writes a separate line, below the bar. */
  public synchronized void say(String text) {
    close();
    out.println(text);
  }

  /** Ends the line. */
  @Override
  public synchronized void close() {
    if (terminal && lastLength > 0) {
      out.println();
      lastLength = 0;
    }
  }
}

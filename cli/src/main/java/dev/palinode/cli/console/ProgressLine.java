package dev.palinode.cli.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/**
 * A progress bar on one line of a terminal, drawn at most ten times a second; where the output is
 * no terminal, a line every ten percent. Thread-safe.
 */
public final class ProgressLine implements AutoCloseable {
  private static final int WIDTH = 24;
  private static final int COLUMNS = 79; // a line that wraps could not be drawn over
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

  /** On standard output, which the launcher says whether it is a terminal. */
  public static ProgressLine onStandardOutput() {
    return new ProgressLine(System.out, Boolean.getBoolean("palinode.terminal"));
  }

  /**
   * Shows how far it is.
   *
   * @param share done, 0 to 1
   * @param doing what is being done
   */
  public synchronized void show(double share, String doing) {
    long now = System.nanoTime();
    if (terminal && (now - lastDrawn > REDRAW_NANOS || share >= 1)) {
      lastDrawn = now;
      draw(line(share, doing));
    } else if (!terminal && (int) (share * 10) > lastTenth) {
      lastTenth = (int) (share * 10);
      out.println(line(share, doing));
    }
  }

  private String line(double share, String doing) {
    int full = (int) Math.round(share * WIDTH);
    Duration passed = Duration.ofNanos(System.nanoTime() - start);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f%%  %s%s  %s",
        "#".repeat(full),
        "-".repeat(WIDTH - full),
        100 * share,
        clock(passed),
        share > 0.02 && share < 1 ? ", " + clock(remaining(passed, share)) + " to go" : "",
        doing);
  }

  private static Duration remaining(Duration passed, double share) {
    return Duration.ofMillis((long) (passed.toMillis() * (1 - share) / share));
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

  /** Writes a line of its own, below what is shown. */
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

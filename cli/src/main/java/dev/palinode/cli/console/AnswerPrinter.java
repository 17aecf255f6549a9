package dev.palinode.cli.console;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;

/**
 * Writes an answer to a terminal as it is generated, and shows withdrawals.
 *
 * <p>The start of the text is found by counting lines, using the width of the terminal: a saved
 * cursor position would be lost when the screen scrolls.
 */
public final class AnswerPrinter implements AnswerScreen {
  private static final String STRUCK = "\u001b[2;9m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";
  private static final String CLEAR_BELOW = "\u001b[J";

  /** How text on the screen is withdrawn, depending on the terminal. */
  enum Withdrawal {
    /** Rewritten, struck through and dimmed. */
    STRIKE,
    /** Removed and replaced by a note. */
    REMOVE;

    /** By the variable TERM, for standard output; empty if its output cannot be erased. */
    static Optional<Withdrawal> ofStandardOutput() {
      String term = System.getenv().getOrDefault("TERM", "dumb");
      if (!Boolean.getBoolean("palinode.terminal") || term.equals("dumb")) {
        return Optional.empty();
      }
      // The consoles of Linux and the BSDs and real VT terminals have no strike-through.
      boolean isPlain = term.matches("linux|cons25.*|vt\\d+.*|wsvt25.*");
      return Optional.of(isPlain ? REMOVE : STRIKE);
    }
  }

  private final PrintStream out;
  private final Withdrawal withdrawal;
  private final StringBuilder shown = new StringBuilder();
  private final IntSupplier width;
  private final long delayMillis;

  AnswerPrinter(PrintStream out, Withdrawal withdrawal, IntSupplier width, long delayMillis) {
    this.out = out;
    this.withdrawal = withdrawal;
    this.width = width;
    this.delayMillis = delayMillis;
  }

  @Override
  public void begin(String before, GenerationRequest request) {
    shown.setLength(0);
    print(before);
  }

  @Override
  public void accept(GenerationEvent event) {
    if (event instanceof Token token) {
      print(token.text());
      pause();
    } else if (event instanceof Undo undo && undo.withdrawn() > 0) {
      withdraw(undo);
      pause();
    } else if (event instanceof Finished finished) {
      print(finished.rest());
      out.println();
    } else if (event instanceof Failed) {
      out.println();
    }
    out.flush();
  }

  private void print(String text) {
    String safe = withoutControls(text);
    out.print(safe);
    shown.append(safe);
  }

  /** Replaces control characters, so that a model's text cannot control the terminal. */
  private static String withoutControls(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\uFFFD");
  }

  /**
   * Removes text from the screen. Visible text begins a new line; above it is the withdrawn text,
   * or a note.
   */
  private void withdraw(Undo undo) {
    String visible = shown.substring(0, shown.length() - undo.text().length());
    out.print(toTheBeginning() + CLEAR_BELOW);
    out.println(
        withdrawal == Withdrawal.STRIKE
            ? visible + STRUCK + shown.substring(visible.length()) + PLAIN
            : DIM + note(undo) + PLAIN);
    shown.setLength(0);
    print(visible);
  }

  private static String note(Undo undo) {
    String why = undo.reason().isEmpty() ? "" : ": " + withoutControls(undo.reason());
    return "[%s withdrawn%s]".formatted(Words.number(undo.withdrawn(), "token"), why);
  }

  /** Moves the cursor to the start of the text. */
  private String toTheBeginning() {
    int columns = Math.max(1, width.getAsInt());
    int rows = 0;
    int column = 0;
    for (int i = 0; i < shown.length(); i++) {
      if (shown.charAt(i) == '\n' || column == columns) {
        rows++;
        column = 0;
      }
      column += shown.charAt(i) == '\n' ? 0 : 1;
    }
    return rows > 0 ? "\r\u001b[" + rows + "A" : "\r";
  }

  private void pause() {
    if (delayMillis > 0) {
      out.flush();
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
    }
  }
}

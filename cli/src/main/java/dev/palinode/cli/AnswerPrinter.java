package dev.palinode.cli;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import java.io.PrintStream;

/**
 * Writes an answer to a terminal as it is generated, and withdraws what is taken back so that one
 * sees it happen.
 *
 * <p>Where the text began is found by counting lines, by the width of the terminal: a saved cursor
 * position would be lost when the screen scrolls.
 */
final class AnswerPrinter implements AnswerScreen {
  private static final String STRUCK = "\u001b[2;9m";
  private static final String DIM = "\u001b[2m";
  private static final String PLAIN = "\u001b[0m";
  private static final String CLEAR_BELOW = "\u001b[J";

  private final PrintStream out;
  private final Withdrawal withdrawal;
  private final StringBuilder shown = new StringBuilder();
  private int width = 80;
  private long delayMillis;

  AnswerPrinter(PrintStream out, Withdrawal withdrawal) {
    this.out = out;
    this.withdrawal = withdrawal;
  }

  /** Sets the width of the terminal, in columns. */
  void width(int columns) {
    width = Math.max(1, columns);
  }

  /** Waits after each token, so that a fast model can be watched. */
  void delay(long millis) {
    delayMillis = millis;
  }

  @Override
  public void begin(String before, GenerationRequest request) {
    shown.setLength(0);
    print(before);
  }

  @Override
  public boolean showsUndos() {
    return true;
  }

  @Override
  public void accept(GenerationEvent event) {
    if (event instanceof Token token) {
      print(token.text());
      pause();
    } else if (event instanceof Undo undo) {
      if (undo.withdrawn() > 0) {
        withdraw(undo);
        pause();
      }
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

  /** A model's text must not steer the terminal. */
  private static String withoutControls(String text) {
    return text.replaceAll("[\\p{Cntrl}&&[^\n\t]]", "\uFFFD");
  }

  /** What still stands begins a new line; above it is what was taken back, or a note. */
  private void withdraw(Undo undo) {
    String note = "[%s withdrawn%s]".formatted(Words.number(undo.withdrawn(), "token"), why(undo));
    String stands = shown.substring(0, shown.length() - undo.text().length());
    switch (withdrawal) {
      case STRIKE -> {
        erase();
        out.println(stands + STRUCK + shown.substring(stands.length()) + PLAIN);
      }
      case REMOVE -> {
        erase();
        out.println(DIM + note + PLAIN);
      }
    }
    shown.setLength(0);
    print(stands);
  }

  private static String why(Undo undo) {
    return undo.reason().isEmpty() ? "" : ": " + withoutControls(undo.reason());
  }

  /** Back to where the text began, and everything behind it cleared. */
  private void erase() {
    int rows = 0;
    int column = 0;
    for (int i = 0; i < shown.length(); i++) {
      if (shown.charAt(i) == '\n' || column == width) {
        rows++;
        column = 0;
      }
      column += shown.charAt(i) == '\n' ? 0 : 1;
    }
    out.print(rows > 0 ? "\r\u001b[" + rows + "A" : "\r");
    out.print(CLEAR_BELOW);
  }

  private void pause() {
    if (delayMillis == 0) {
      return;
    }
    out.flush();
    try {
      Thread.sleep(delayMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

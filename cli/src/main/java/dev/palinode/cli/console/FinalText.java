package dev.palinode.cli.console;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationRequest;
import java.io.PrintStream;

/**
 * Writes an answer to a file or a pipe, where text cannot be erased: text is written once it can no
 * longer be withdrawn. That is at once if the request allows no undo, otherwise at the end.
 */
final class FinalText implements AnswerScreen {
  private final PrintStream out;
  private String before = "";
  private boolean everyTokenIsFinal;
  private boolean begun;

  FinalText(PrintStream out) {
    this.out = out;
  }

  @Override
  public void begin(String text, GenerationRequest request) {
    before = text;
    everyTokenIsFinal = !request.canWithdraw();
    begun = false;
  }

  @Override
  public boolean showsUndos() {
    return false;
  }

  @Override
  public void accept(GenerationEvent event) {
    if (event instanceof Token token && everyTokenIsFinal) {
      write(token.text());
    } else if (event instanceof Finished finished) {
      write(everyTokenIsFinal ? finished.rest() : finished.text());
      out.println();
    } else if (event instanceof Failed && begun) {
      out.println(); // ends the partial answer
    }
    out.flush();
  }

  private void write(String text) {
    out.print(begun ? text : before + text);
    begun = true;
  }
}

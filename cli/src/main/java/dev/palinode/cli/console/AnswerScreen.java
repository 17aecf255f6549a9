package dev.palinode.cli.console;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Shows an answer from its events. */
public interface AnswerScreen extends Consumer<GenerationEvent> {
  /**
   * Begins an answer.
   *
   * @param before a text that the answer continues; may be empty
   * @param request whose events follow
   */
  void begin(String before, GenerationRequest request);

  /** Whether withdrawals are visible. */
  boolean showsUndos();

  /** For standard output: text can be erased on a terminal, but not in a file or pipe. */
  static AnswerScreen onStandardOutput(PrintStream out) {
    return Withdrawal.ofStandardOutput()
        .<AnswerScreen>map(withdrawal -> new AnswerPrinter(out, withdrawal))
        .orElseGet(() -> new FinalText(out));
  }
}

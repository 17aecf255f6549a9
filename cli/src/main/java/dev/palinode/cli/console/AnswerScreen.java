package dev.palinode.cli.console;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import java.io.PrintStream;
import java.util.function.Consumer;

/** Where an answer is shown, from its events. */
public interface AnswerScreen extends Consumer<GenerationEvent> {
  /**
   * Begins an answer.
   *
   * @param before a text that the answer continues; may be empty
   * @param request whose events follow
   */
  void begin(String before, GenerationRequest request);

  /** Whether a reader sees that text is withdrawn. */
  boolean showsUndos();

  /** Standard output: what a terminal shows can be erased, what a file or pipe got cannot. */
  static AnswerScreen onStandardOutput(PrintStream out) {
    return Withdrawal.ofStandardOutput()
        .<AnswerScreen>map(withdrawal -> new AnswerPrinter(out, withdrawal))
        .orElseGet(() -> new FinalText(out));
  }
}

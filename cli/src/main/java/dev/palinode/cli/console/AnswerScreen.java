package dev.palinode.cli.console;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/** Shows an answer from its events. */
public interface AnswerScreen extends Consumer<GenerationEvent> {
  /**
   * Begins an answer.
   *
   * @param before a text that the answer continues; may be empty
   * @param request whose events follow
   */
  default void begin(String before, GenerationRequest request) {}

  /** Whether withdrawals are visible. */
  default boolean showsUndos() {
    return true;
  }

  /** Standard output in UTF-8: Java's own writes what its locale lacks as question marks. */
  static PrintStream utf8(PrintStream out) {
    return new PrintStream(out, false, StandardCharsets.UTF_8);
  }

  /**
   * For standard output: text can be erased on a terminal, but not in a file or pipe.
   *
   * @param width of the terminal in columns
   * @param delayMillis to wait after each token on a terminal
   */
  static AnswerScreen onStandardOutput(PrintStream out, IntSupplier width, long delayMillis) {
    return AnswerPrinter.Withdrawal.ofStandardOutput()
        .<AnswerScreen>map(how -> new AnswerPrinter(out, how, width, delayMillis))
        .orElseGet(() -> new FinalText(out));
  }
}

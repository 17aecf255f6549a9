package dev.palinode.cli.console;

import dev.palinode.decode.FinishReason;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.Usage;
import dev.palinode.text.Printable;
import java.io.PrintStream;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Notes on an answer, on standard error, and the exit code. */
public final class AnswerNotes implements Consumer<GenerationEvent> {
  private final PrintStream err;
  private final boolean reportsUndos;
  private @Nullable GenerationEvent end;

  /**
   * Notes on one answer.
   *
   * @param reportsUndos whether to report undos; for outputs that do not show them
   */
  public AnswerNotes(PrintStream err, boolean reportsUndos) {
    this.err = err;
    this.reportsUndos = reportsUndos;
  }

  @Override
  public void accept(GenerationEvent event) {
    if (event instanceof Undo undo && reportsUndos && undo.discarded() > 0) {
      note(Words.number(undo.discarded(), "token") + " withdrawn: " + why(undo));
    } else if (event instanceof Finished finished) {
      noteEnd(finished);
    } else if (event instanceof Failed failed) {
      note(Errors.message(failed.cause()));
    }
    if (event.isLast()) {
      end = event;
    }
  }

  private void noteEnd(Finished finished) {
    Usage usage = finished.usage();
    if (reportsUndos && usage.discardedTokens() > 0) {
      note(
          "%s generated, %s of them withdrawn, %s in the answer"
              .formatted(
                  Words.number(usage.sampledTokens(), "token"),
                  Words.number(usage.discardedTokens()),
                  Words.number(usage.visibleTokens())));
    }
    if (finished.reason() == FinishReason.REFUSED) {
      String hint = finished.text().isEmpty() ? " (--refusal sets a text for this case)" : "";
      note("the answer was refused: " + finished.detail() + hint);
    }
  }

  private static String why(Undo undo) {
    String reason = undo.reason().isEmpty() ? "" : ": " + undo.reason();
    return switch (undo.cause()) {
      case RESET -> "the model reset its answer" + reason;
      case GUARD -> "a guard objected" + reason;
      case UNCHECKED -> "the answer was cut off before its guards had seen them" + reason;
    };
  }

  private void note(String text) {
    err.println(Printable.lines("palinode: " + text));
  }

  /** The visible text; empty if the generation failed. */
  public Optional<String> answer() {
    return end instanceof Finished finished ? Optional.of(finished.text()) : Optional.empty();
  }

  /** One of {@link ExitCodes}. */
  public int exitCode() {
    if (end instanceof Finished finished) {
      return finished.reason() == FinishReason.REFUSED ? ExitCodes.REFUSED : ExitCodes.DONE;
    }
    return ExitCodes.FAILED;
  }
}

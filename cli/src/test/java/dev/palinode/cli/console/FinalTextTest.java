package dev.palinode.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.FinishReason;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.Usage;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.token.Transcript;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** When text reaches an output that nothing can be erased from. */
class FinalTextTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final FinalText text =
      new FinalText(new PrintStream(bytes, true, StandardCharsets.UTF_8));

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private static Token token(String text) {
    return new Token(0, 0, text, TokenLogProbs.NONE);
  }

  private static Finished end(String text, String rest) {
    Usage usage =
        new Usage(
            1, 1, 0, 0, 1, 0, 0, Duration.ZERO, Duration.ZERO, Optional.empty(), Optional.empty());
    Transcript transcript = new Transcript(OptionalInt.empty());
    return new Finished(0, transcript, text, rest, FinishReason.STOP, "", usage);
  }

  @Test
  void tokensThatAreFinal_areWrittenAsTheyCome() {
    text.begin("I say: ", GenerationRequest.builder(1).build());
    assertThat(written()).isEmpty();
    text.accept(token("yes"));
    assertThat(written()).isEqualTo("I say: yes");
    text.accept(end("yes!", "!"));
    assertThat(written()).isEqualTo("I say: yes!\n");
  }

  @Test
  void tokensThatMayBeWithdrawn_waitForTheEnd() {
    text.begin("", GenerationRequest.builder(1).undo(UndoPolicy.onReset(9, 1)).build());
    text.accept(token("yes"));
    text.accept(new Undo(0, 1, "yes", 1, UndoCause.RESET, "", TokenLogProbs.NONE));
    text.accept(token("no"));
    assertThat(written()).isEmpty();
    text.accept(end("no.", "."));
    assertThat(written()).isEqualTo("no.\n");
  }

  @Test
  void aFailure_endsTheLineThatWasBegun_andWritesNothingElse() {
    text.begin("I say: ", GenerationRequest.builder(1).build());
    text.accept(new Failed(0, new IllegalStateException("no")));
    assertThat(written()).isEmpty();
    text.begin("I say: ", GenerationRequest.builder(1).build());
    text.accept(token("yes"));
    text.accept(new Failed(0, new IllegalStateException("no")));
    assertThat(written()).isEqualTo("I say: yes\n");
  }
}

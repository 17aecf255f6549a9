package dev.palinode.cli.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.cli.console.AnswerPrinter.Withdrawal;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.undo.UndoCause;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class AnswerPrinterTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  private String print(Withdrawal withdrawal, int width, GenerationEvent... events) {
    AnswerPrinter printer =
        new AnswerPrinter(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), withdrawal, () -> width, 0);
    printer.begin("", GenerationRequest.builder(1).build());
    for (GenerationEvent event : events) {
      printer.accept(event);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  private static Token token(String text) {
    return new Token(0, 0, text, TokenLogProbs.NONE);
  }

  private static Undo undo(int tokens, String text) {
    return new Undo(0, tokens, text, tokens, UndoCause.RESET, "", TokenLogProbs.NONE);
  }

  @Test
  void strike_writesTheTextAgain_struckThrough() {
    assertThat(
            print(
                Withdrawal.STRIKE,
                80,
                token("yes"),
                token(" yes"),
                undo(2, "yes yes"),
                token("no")))
        .isEqualTo("yes yes\r\u001b[J\u001b[2;9myes yes\u001b[0m\nno");
  }

  @Test
  void strike_goesBackOverWrappedLines() {
    // "yes yes yes" is three rows of a terminal that is five columns wide.
    assertThat(
            print(
                Withdrawal.STRIKE,
                5,
                token("yes"),
                token(" yes"),
                token(" yes"),
                undo(3, "yes yes yes")))
        .contains("\r\u001b[2A\u001b[J");
  }

  @Test
  void remove_leavesANote() {
    assertThat(print(Withdrawal.REMOVE, 80, token("yes"), undo(1, "yes"), token("no")))
        .isEqualTo("yes\r\u001b[J\u001b[2m[1 token withdrawn]\u001b[0m\nno");
  }

  @Test
  void partOfTheText_isWithdrawn_andTheRestStands() {
    Undo undo = undo(1, " b");
    assertThat(print(Withdrawal.STRIKE, 80, token("a"), token(" b"), undo, token(" c")))
        .isEqualTo("a b\r\u001b[Ja\u001b[2;9m b\u001b[0m\na c");
  }

  @Test
  void undoOfWhatWasNeverShown_isNotShown() {
    assertThat(print(Withdrawal.STRIKE, 80, undo(0, ""), token("no"))).isEqualTo("no");
  }

  @Test
  void controlCharacters_doNotReachTheTerminal() {
    assertThat(print(Withdrawal.STRIKE, 80, token("\u001b[2J"))).isEqualTo("\uFFFD[2J");
  }
}

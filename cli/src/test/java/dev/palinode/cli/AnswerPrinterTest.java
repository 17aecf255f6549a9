package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.token.HuggingFaceTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerPrinterTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Tokenizer tokenizer;

  /** Three words: yes, no and one that would clear the screen. */
  @BeforeEach
  void open() throws IOException {
    Files.writeString(
        folder.resolve("tokenizer.json"),
        """
        {"version":"1.0","truncation":null,"padding":null,"added_tokens":[],"normalizer":null,
         "pre_tokenizer":{"type":"WhitespaceSplit"},"post_processor":null,"decoder":null,
         "model":{"type":"WordLevel","vocab":{"yes":0,"no":1,"\\u001b[2J":2},"unk_token":"no"}}
        """);
    tokenizer = HuggingFaceTokenizer.open(folder);
  }

  @AfterEach
  void close() {
    tokenizer.close();
  }

  private String print(Withdrawal withdrawal, int width, GenerationEvent... events) {
    AnswerPrinter printer =
        new AnswerPrinter(
            new PrintStream(bytes, true, StandardCharsets.UTF_8), tokenizer, withdrawal);
    printer.width(width);
    printer.begin();
    for (GenerationEvent event : events) {
      printer.accept(event);
    }
    return bytes.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void strike_writesTheTextAgain_struckThrough() {
    assertThat(
            print(
                Withdrawal.STRIKE,
                80,
                new Token(0, 0),
                new Token(0, 0),
                new Undo(0, 2),
                new Token(0, 1)))
        .isEqualTo("yes yes\r\u001b[J\u001b[2;9myes yes\u001b[0m\nno");
  }

  @Test
  void strike_goesBackOverWrappedLines() {
    // "yes yes yes" is three rows of a terminal that is five columns wide.
    assertThat(
            print(
                Withdrawal.STRIKE,
                5,
                new Token(0, 0),
                new Token(0, 0),
                new Token(0, 0),
                new Undo(0, 3)))
        .contains("\r\u001b[2A\u001b[J");
  }

  @Test
  void remove_leavesANote() {
    assertThat(print(Withdrawal.REMOVE, 80, new Token(0, 0), new Undo(0, 1), new Token(0, 1)))
        .isEqualTo("yes\r\u001b[J\u001b[2m[1 tokens withdrawn]\u001b[0m\nno");
  }

  @Test
  void note_changesNothingThatIsWritten() {
    assertThat(print(Withdrawal.NOTE, 80, new Token(0, 0), new Undo(0, 1), new Token(0, 1)))
        .isEqualTo("yes\n[1 tokens withdrawn]\nno");
  }

  @Test
  void controlCharacters_doNotReachTheTerminal() {
    assertThat(print(Withdrawal.STRIKE, 80, new Token(0, 2))).isEqualTo("\uFFFD[2J");
  }

  @Test
  void failure_isTold() {
    assertThat(
            print(
                Withdrawal.STRIKE, 80, new Failed(0, new IllegalArgumentException("no room left"))))
        .contains("no room left");
  }
}

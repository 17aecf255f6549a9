package dev.palinode.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFilesTest {
  @TempDir private Path folder;

  @Test
  void linesAreRead_withoutAMarkBeforeThem() throws IOException {
    Path file = Files.writeString(folder.resolve("words.txt"), "\uFEFFGröße\r\ntoad\n");

    assertThat(TextFiles.lines(file)).containsExactly("Größe", "toad");
  }

  @Test
  void latin1_isToldWithItsLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("words.txt"), "toad\nGröße\n", StandardCharsets.ISO_8859_1);

    assertThatThrownBy(() -> TextFiles.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ", line 2: not UTF-8; save the file as UTF-8");
    assertThatThrownBy(() -> TextFiles.read(folder.resolve("none")))
        .hasMessage(folder.resolve("none") + ": no such file");
  }
}

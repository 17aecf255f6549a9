package dev.palinode.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void replace_makesFolders_andOverwrites() throws IOException {
    Path file = folder.resolve("a/b.txt");

    AtomicFile.replace(file, "one");
    AtomicFile.replace(file, "two");

    assertThat(file).hasContent("two");
    assertThat(file.getParent()).isDirectoryNotContaining("glob:**.partial");
  }

  @Test
  void replace_thatFails_leavesTheOldContentAndNothingElse() throws IOException {
    Path file = folder.resolve("b.txt");
    AtomicFile.replace(file, "old");

    assertThatThrownBy(
            () ->
                AtomicFile.replace(
                    file,
                    temporary -> {
                      Files.writeString(temporary, "half");
                      throw new IOException("disk full");
                    }))
        .hasMessage(file + ": cannot be written: disk full");

    assertThat(file).hasContent("old");
    assertThat(folder).isDirectoryNotContaining("glob:**.partial");
  }
}

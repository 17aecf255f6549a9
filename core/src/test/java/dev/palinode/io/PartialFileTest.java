package dev.palinode.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartialFileTest {
  @TempDir private Path folder;

  @Test
  void whatAKilledWriterLeft_isDeletedByTheNext_butNotWhatIsBeingWritten() throws IOException {
    Path target = folder.resolve("out.jsonl");
    Path left = left("out.jsonl");
    Path ofAnother = left("other.jsonl");
    try (PartialFile alive = PartialFile.beside(target)) {
      assertThat(left).doesNotExist();
      assertThat(ofAnother).exists();

      AtomicFile.replace(target, "second");
      alive.write(file -> Files.writeString(file, "first"));
      AtomicFile.replace(target, "third");
      assertThat(target).hasContent("third");
      alive.moveIntoPlace();
      assertThat(target).hasContent("first");
    }
    assertThat(folder).isDirectoryNotContaining("glob:**.out.jsonl.*.partial");
  }

  @Test
  void aFolderIsMade_andWhereItCannotBe_theTargetIsNamed() throws IOException {
    Path target = folder.resolve("a/b/out.jsonl");
    AtomicFile.replace(target, "text");
    assertThat(target).hasContent("text");

    Path within = target.resolve("out.jsonl");
    assertThatThrownBy(() -> AtomicFile.replace(within, "text"))
        .isInstanceOf(IOException.class)
        .hasMessage(within + ": cannot be written: its folder is not there and cannot be made");
  }

  private Path left(String name) throws IOException {
    return Files.writeString(
        folder.resolve("." + name + "." + UUID.randomUUID() + ".partial"), "half");
  }
}

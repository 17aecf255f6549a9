package dev.palinode.io;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
  @TempDir private Path folder;

  @Test
  void oneAtATime_andAgainAfterIt() throws IOException {
    Path used = folder.resolve("made");
    try (FolderLock held = FolderLock.take(used, "training")) {
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> FolderLock.take(used, "training"))
            .isInstanceOf(IOException.class)
            .hasMessage(used + " is in use by this very process");
      }
    }
    FolderLock.take(used, "training").close();
  }
}

package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderTrialTest {
  @TempDir Path folder;

  @Test
  void folderThatCannotBeOpened_isAProblemWithItsReason() throws Exception {
    Files.writeString(folder.resolve("config.json"), "{");

    Optional<String> problem = FolderTrial.problem(folder, List.of(), Duration.ofMinutes(1));

    assertThat(problem.orElseThrow()).contains("config.json").doesNotContain("palinode:");
  }

  @Test
  void trialThatTakesTooLong_isAProblem() throws IOException, InterruptedException {
    assertThat(FolderTrial.problem(folder, List.of(), Duration.ofMillis(1)).orElseThrow())
        .contains(folder.toString(), "longer than");
  }
}

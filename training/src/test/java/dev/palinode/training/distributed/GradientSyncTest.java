package dev.palinode.training.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.ProcessTeam;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Several processes have the gradients, and the parameters, of one: on real ones. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(90)
class GradientSyncTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void severalProcesses_haveTheGradientsOfOne(int size) throws Exception {
    try (ProcessTeam team = ProcessTeam.start(GradientSyncMember.class, size, LIMIT, folder)) {
      for (int rank = 0; rank < size; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT);
        assertThat(end.output()).contains("done").doesNotContain("Exception");
        assertThat(end.exitCode()).isZero();
      }
    }
  }
}

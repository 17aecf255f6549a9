package dev.palinode.training.distributed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.ProcessTeam;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Several processes have the gradients, and the parameters, of one: on real ones. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(90)
class GradientSyncTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir Path folder;

  /** Three, so that batches and buckets do not divide evenly. */
  @Test
  void severalProcesses_haveTheGradientsOfOne() throws Exception {
    assertSameGradients(3);
  }

  @Test
  @Tag("slow")
  void twoProcesses_haveTheGradientsOfOne() throws Exception {
    assertSameGradients(2);
  }

  private void assertSameGradients(int size) throws Exception {
    try (ProcessTeam team = ProcessTeam.start(GradientSyncMember.class, size, LIMIT, folder)) {
      for (int rank = 0; rank < size; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT);
        assertThat(end.output()).contains("done").doesNotContain("Exception");
        assertThat(end.exitCode()).isZero();
      }
    }
  }
}

package dev.palinode.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.testkit.ProcessTeam;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that compute together, and lose each other: on real ones. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class ProcessGroupTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir Path folder;

  private ProcessTeam team(int size, Duration patience, String what) {
    return ProcessTeam.start(ProcessGroupMember.class, size, patience, folder, what);
  }

  @Test
  void sumsAndCopies_areThoseOfAllProcesses() throws Exception {
    try (ProcessTeam team = team(3, LIMIT, "operations")) {
      for (int rank = 0; rank < 3; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT);
        assertThat(end.output()).contains("done").doesNotContain("Exception");
        assertThat(end.exitCode()).isZero();
      }
    }
  }

  @Test
  void processesThatDoNotClose_endAllTheSame() throws Exception {
    try (ProcessTeam team = team(2, LIMIT, "leave")) {
      for (int rank = 0; rank < 2; rank++) {
        team.awaitOutput(rank, "done", LIMIT);
        assertThat(team.awaitEnd(rank, Duration.ofSeconds(5)).exitCode()).isZero();
      }
    }
  }

  @Test
  void aKilledProcess_endsTheOthersAtOnce() throws Exception {
    try (ProcessTeam team = team(3, LIMIT, "stay")) {
      team.awaitOutput(2, "together", LIMIT);
      team.signal(2, "KILL");

      assertThat(team.awaitEnd(2, LIMIT).exitCode()).isEqualTo(128 + 9);
      for (int rank = 0; rank < 2; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, Duration.ofSeconds(10));
        assertThat(end.output())
            .contains("LOST process " + rank + " of 3 lost another one while it waited for")
            .contains("the sum of F32[1000]", "(limit: 40.0 s)", "last checkpoint");
        assertThat(end.exitCode()).isZero();
      }
    }
  }

  @Test
  void aFrozenProcess_endsTheOthersWithinTheTimeout() throws Exception {
    try (ProcessTeam team = team(2, Duration.ofSeconds(3), "stay")) {
      team.awaitOutput(1, "together", LIMIT);
      team.signal(1, "STOP");

      ProcessTeam.End end = team.awaitEnd(0, Duration.ofSeconds(10));
      assertThat(end.output())
          .contains("LOST process 0 of 2", "after 3.0 s (limit: 3.0 s)", "Timed out", "checkpoint");
      assertThat(end.exitCode()).isZero();
    }
  }

  @Test
  void processesThatNeverCome_areNotWaitedForEndlessly() {
    Rendezvous alone =
        new Rendezvous(
            0, 2, 0, "127.0.0.1", ProcessTeam.freePort(), Duration.ofMillis(500), Optional.empty());

    assertThatThrownBy(() -> ProcessGroup.join(alone, Device.CPU))
        .isInstanceOf(LostPeerException.class)
        .hasMessageContaining("process 0 of 2 did not meet the others at 127.0.0.1:" + alone.port())
        .hasMessageContaining("limit: 0.5 s");
  }

  @Test
  void anInterfaceOrAddressThatIsNotThere_isNamed() {
    int port = ProcessTeam.freePort();
    assertThatThrownBy(
            () ->
                ProcessGroup.join(
                    new Rendezvous(0, 1, 0, "127.0.0.1", port, LIMIT, Optional.of("nope0")),
                    Device.CPU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("network interface \"nope0\" is of no use here: ifa != nullptr.");
    assertThatThrownBy(
            () ->
                ProcessGroup.join(
                    new Rendezvous(1, 2, 1, "no.such.host.invalid", port, LIMIT, Optional.empty()),
                    Device.CPU))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"no.such.host.invalid\", is not known here");
  }

  @Test
  void oneProcess_isAGroup() {
    Rendezvous alone =
        new Rendezvous(0, 1, 0, "127.0.0.1", ProcessTeam.freePort(), LIMIT, Optional.empty());

    try (TensorScope scope = TensorScope.open();
        ProcessGroup group = ProcessGroup.join(alone, Device.CPU)) {
      Tensor tensor = Tensors.full(3, DType.F32, 2);
      group.allReduceSum(tensor).await();
      group.broadcast(tensor, 0).await();
      group.barrier();
      assertThat(tensor.toFloats()).containsOnly(3);
    }
  }
}

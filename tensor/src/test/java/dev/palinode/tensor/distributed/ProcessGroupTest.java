package dev.palinode.tensor.distributed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.ProcessTeam;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Tag;
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
        assertThat(team.awaitEnd(rank, Duration.ofSeconds(20)).exitCode()).isZero();
      }
    }
  }

  @Test
  @Tag("fault")
  void processZeroMayBeLateAtABarrier_longerThanTheTimeout() throws Exception {
    try (ProcessTeam team = team(2, Duration.ofSeconds(15), "late")) {
      for (int rank = 0; rank < 2; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT);
        assertThat(end.output()).contains("done").doesNotContain("Exception");
        assertThat(end.exitCode()).isZero();
      }
    }
  }

  @Test
  void processZeroThatIsLateAndDies_isMissedAtOnce() throws Exception {
    processZeroIsMissed("KILL", LIMIT);
  }

  @Test
  @Tag("fault")
  void processZeroThatIsLateAndFreezes_isMissed() throws Exception {
    processZeroIsMissed("STOP", Duration.ofSeconds(15));
  }

  private void processZeroIsMissed(String signal, Duration patience) throws Exception {
    try (ProcessTeam team = team(2, patience, "never")) {
      team.awaitOutput(1, "together", LIMIT);
      team.signal(0, signal);

      ProcessTeam.End end = team.awaitEnd(1, LIMIT);
      assertThat(end.output())
          .contains("LOST process 1 of 2 lost another one while it waited for process 0")
          .contains("last checkpoint");
      assertThat(end.exitCode()).isZero();
    }
  }

  @Test
  void aKilledProcess_endsTheOthers() throws Exception {
    try (ProcessTeam team = team(3, LIMIT, "stay")) {
      for (int rank = 0; rank < 3; rank++) {
        team.awaitOutput(rank, "together", LIMIT); // else it may still be at the barrier
      }
      team.signal(2, "KILL");

      assertThat(team.awaitEnd(2, LIMIT).exitCode()).isEqualTo(128 + 9);
      for (int rank = 0; rank < 2; rank++) {
        // At once; seldom after the time limit, where it waits for the other one that is left.
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT.multipliedBy(2));
        assertThat(end.output())
            .contains("LOST process " + rank + " of 3 lost another one while it waited for")
            .contains("the sum of F32[1000]", "(limit: 40.0 s)", "last checkpoint");
        assertThat(end.exitCode()).isZero();
      }
    }
  }

  @Test
  void aFrozenProcess_endsTheOthersWithinTheTimeout() throws Exception {
    try (ProcessTeam team = team(2, Duration.ofSeconds(8), "stay")) {
      team.awaitOutput(0, "together", LIMIT); // else it may still be at the barrier
      team.awaitOutput(1, "together", LIMIT);
      team.signal(1, "STOP");

      ProcessTeam.End end = team.awaitEnd(0, Duration.ofSeconds(30));
      assertThat(end.output())
          .contains("LOST process 0 of 2", "Timed out", "checkpoint")
          .containsPattern("after (8|9|1\\d)\\.\\d s \\(limit: 8\\.0 s\\)");
      assertThat(end.exitCode()).isZero();
    }
  }

  @Test
  void processesThatNeverCome_areNotWaitedForEndlessly() {
    Rendezvous alone =
        new Rendezvous(
            0, 2, 0, "127.0.0.1", ProcessTeam.freePort(), Duration.ofMillis(500), Optional.empty());

    assertThatThrownBy(() -> ProcessGroup.join(alone, Device.CPU, System.out::println))
        .isInstanceOf(LostPeerException.class)
        .hasMessageContaining("process 0 of 2 did not meet the others at 127.0.0.1:" + alone.port())
        .hasMessageContaining("limit: 0.5 s");
  }

  @Test
  void nobodyAtThePort_isToldWithinSeconds_andEndsAfterTheLimit() {
    List<String> said = new CopyOnWriteArrayList<>();
    Rendezvous place =
        new Rendezvous(
            1, 2, 1, "127.0.0.1", ProcessTeam.freePort(), Duration.ofSeconds(4), Optional.empty());

    assertThatThrownBy(() -> ProcessGroup.join(place, Device.CPU, said::add))
        .isInstanceOf(LostPeerException.class)
        .hasMessageContaining("process 1 of 2 did not meet the others at 127.0.0.1:" + place.port())
        .hasMessageContaining("(limit: 4.0 s), nobody listens there (Connection refused)")
        .hasMessageContaining("PALINODE_PEER_TIMEOUT sets it");
    assertThat(said)
        .containsExactly(
            String.format(
                Locale.ROOT,
                "process 1 of 2 is waiting for process 0 at 127.0.0.1:%d, for up to 4 s"
                    + " (PALINODE_PEER_TIMEOUT)",
                place.port()));
  }

  @Test
  void strangerAtThePort_whoNeverAnswers_isNotWaitedForEndlessly() throws Exception {
    try (ServerSocket stranger = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      Rendezvous place =
          new Rendezvous(
              1,
              2,
              1,
              "127.0.0.1",
              stranger.getLocalPort(),
              Duration.ofMillis(500),
              Optional.empty());

      assertThatThrownBy(() -> ProcessGroup.join(place, Device.CPU, line -> {}))
          .isInstanceOf(LostPeerException.class)
          .hasMessageContaining("whoever listens there does not answer");
    }
  }

  @Test
  void anInterfaceOrAddressThatIsNotThere_isNamed() {
    int port = ProcessTeam.freePort();
    assertThatThrownBy(
            () ->
                ProcessGroup.join(
                    new Rendezvous(0, 1, 0, "127.0.0.1", port, LIMIT, Optional.of("nope0")),
                    Device.CPU,
                    System.out::println))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("network interface \"nope0\" is of no use here: ifa != nullptr.");
    assertThatThrownBy(
            () ->
                ProcessGroup.join(
                    new Rendezvous(1, 2, 1, "no.such.host.invalid", port, LIMIT, Optional.empty()),
                    Device.CPU,
                    System.out::println))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"no.such.host.invalid\", is not known here");
  }

  @Test
  void oneProcess_isAGroup() {
    Rendezvous alone =
        new Rendezvous(0, 1, 0, "127.0.0.1", ProcessTeam.freePort(), LIMIT, Optional.empty());

    try (TensorScope scope = TensorScope.open();
        ProcessGroup group = ProcessGroup.join(alone, Device.CPU, message -> {})) {
      Tensor tensor = Tensors.full(3, DType.F32, 2);
      group.allReduceSum(tensor).await();
      group.broadcast(tensor, 0).await();
      group.barrier();
      assertThat(tensor.toFloats()).containsOnly(3);
    }
  }
}

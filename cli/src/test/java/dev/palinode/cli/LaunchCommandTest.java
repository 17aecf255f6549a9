package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Several processes under one command: what is shown of them, and how they end. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class LaunchCommandTest {
  @TempDir Path folder;

  private static CommandRun shells(int count, Duration grace, String script) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int exitCode =
        new LocalProcesses(
                List.of("sh", "-c", script),
                Map.of("COLOUR", "green"),
                grace,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8))
            .run(count);
    return new CommandRun(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void theFirstSpeaksForAll_andErrorsSayWhoseTheyAre() throws IOException {
    CommandRun run =
        shells(
            3,
            Duration.ofSeconds(5),
            "echo I am $RANK, $LOCAL_RANK here, of $WORLD_SIZE, $COLOUR; echo trouble in $RANK >&2");

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo("I am 0, 0 here, of 3, green\n");
    assertThat(run.err().lines())
        .containsExactlyInAnyOrder(
            "trouble in 0", "[rank 1] trouble in 1", "[rank 2] trouble in 2");
  }

  @Test
  void oneThatFails_endsAll_andGivesItsExitCode() throws IOException {
    long start = System.nanoTime();

    CommandRun run =
        shells(3, Duration.ofMillis(300), "if [ $RANK = 1 ]; then exit 7; fi; exec sleep 50");

    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.err()).isEqualTo("palinode: process 1 of 3 failed: it ended with exit code 7\n");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void onesThatOnlyLostAnother_areNotTheCause() throws IOException {
    CommandRun run =
        shells(
            2, Duration.ofSeconds(10), "if [ $RANK = 0 ]; then exit 75; fi; sleep 0.3; kill -9 $$");

    assertThat(run.exitCode()).isEqualTo(128 + 9);
    assertThat(run.err())
        .isEqualTo("palinode: process 1 of 2 failed: it was killed by signal 9 (out of memory?)\n");
  }

  @Test
  void theSameProgram_isStartedAgain() {
    CommandRun run = CommandRun.of("launch", "--processes", "2", "inspect", "--help");

    assertThat(run.err()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo(CommandRun.of("inspect", "--help").out()); // shown once
  }

  @Test
  void numbersThatMakeNoSense_areRefused() {
    CommandRun none = CommandRun.of("launch", "--processes", "0", "demo");
    CommandRun impatient = CommandRun.of("launch", "--processes", "2", "--timeout", "0", "demo");

    assertThat(none.exitCode()).isEqualTo(1);
    assertThat(none.err()).contains("--processes is 0: expected 1 or more").doesNotContain("\tat ");
    assertThat(impatient.err()).contains("--timeout is 0");
  }

  /** As Ctrl-C does, though that also reaches the processes themselves. */
  @Test
  void aProgramThatIsEnded_leavesNoProcess() throws Exception {
    Process launcher =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SleepingProcesses.class.getName(),
                folder.toString())
            .inheritIO()
            .start();
    try {
      long[] ids = new long[2];
      for (int rank = 0; rank < 2; rank++) {
        Path file = folder.resolve("process-" + rank);
        while (!Files.exists(file)) {
          assertThat(launcher.isAlive()).isTrue();
          Thread.sleep(10);
        }
        ids[rank] = Long.parseLong(Files.readString(file).strip());
        assertThat(ProcessHandle.of(ids[rank])).isPresent();
      }

      launcher.destroy();

      assertThat(launcher.waitFor(10, TimeUnit.SECONDS)).isTrue();
      for (long id : ids) {
        assertThat(ProcessHandle.of(id).filter(ProcessHandle::isAlive)).isEmpty();
      }
    } finally {
      launcher.destroyForcibly();
    }
  }

  /** A program that runs processes which do not end. */
  static final class SleepingProcesses {
    private SleepingProcesses() {}

    public static void main(String[] arguments) throws IOException {
      String script =
          "cd '%s'; echo $$ > new-$RANK; mv new-$RANK process-$RANK; exec sleep 50"
              .formatted(arguments[0]);
      System.exit(shells(2, Duration.ofSeconds(1), script).exitCode());
    }
  }
}

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
import java.util.Optional;
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
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(20));
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
    assertThat(endsWithAllItsProcesses("sh", "TERM")).isEqualTo(128 + 15);
  }

  @Test
  void aProgramThatIsKilled_leavesNoProcess() throws Exception {
    assertThat(endsWithAllItsProcesses("java", "KILL")).isEqualTo(128 + 9);
  }

  private int endsWithAllItsProcesses(String kind, String signal) throws Exception {
    Process launcher =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SleepingProcesses.class.getName(),
                kind,
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

      new ProcessBuilder("kill", "-" + signal, Long.toString(launcher.pid())).start().waitFor();

      assertThat(launcher.waitFor(20, TimeUnit.SECONDS)).isTrue();
      for (long id : ids) {
        Optional<ProcessHandle> left = ProcessHandle.of(id);
        if (left.isPresent()) {
          left.get().onExit().get(20, TimeUnit.SECONDS);
        }
      }
      return launcher.exitValue();
    } finally {
      launcher.destroyForcibly();
    }
  }

  /** A program that runs processes which do not end by themselves. */
  static final class SleepingProcesses {
    private SleepingProcesses() {}

    public static void main(String[] arguments) throws IOException {
      String sleeping =
          arguments[0].equals("sh")
              ? "sleep 50"
              : "'%s' -cp '%s' %s"
                  .formatted(
                      Path.of(System.getProperty("java.home"), "bin", "java"),
                      System.getProperty("java.class.path"),
                      Sleeper.class.getName());
      String script =
          "cd '%s'; echo $$ > new-$RANK; mv new-$RANK process-$RANK; exec %s"
              .formatted(arguments[1], sleeping);
      System.exit(shells(2, Duration.ofSeconds(1), script).exitCode());
    }
  }

  /** A process that was launched, and does not end by itself. */
  static final class Sleeper {
    private Sleeper() {}

    public static void main(String[] arguments) throws InterruptedException {
      LocalProcesses.endWithLauncher(System.getenv());
      Thread.sleep(50_000);
    }
  }
}

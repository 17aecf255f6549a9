package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.ProcessTeam;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** How signals end a program: on a real one. */
@DisabledOnOs(OS.WINDOWS)
@Timeout(60)
class EndSignalsTest {
  private static final Duration LIMIT = Duration.ofSeconds(40);

  @TempDir private Path folder;

  @Test
  void aSignal_endsAtOnce_whereNothingIsToBeSaved() throws Exception {
    try (ProcessTeam program = ProcessTeam.alone(Program.class, folder, "at once")) {
      program.awaitOutput(0, "started", LIMIT);
      program.signal(0, "INT");

      ProcessTeam.End end = program.awaitEnd(0, LIMIT);
      assertThat(end.exitCode()).isEqualTo(128 + 2);
      assertThat(end.output()).isEqualTo("started\n");
    }
  }

  @Test
  void theSameSignalAgain_endsAtOnce_andAnotherOneDoesNot() throws Exception {
    try (ProcessTeam program = ProcessTeam.alone(Program.class, folder, "in order")) {
      program.awaitOutput(0, "started", LIMIT);
      program.signal(0, "INT");
      program.awaitOutput(0, "ending, exit code 130", LIMIT);
      program.signal(0, "TERM");
      program.awaitOutput(0, "ending, exit code 130\nending, exit code 130", LIMIT);
      program.signal(0, "INT");

      assertThat(program.awaitEnd(0, LIMIT).exitCode()).isEqualTo(128 + 2);
    }
  }

  /** Has a shutdown hook, as the JVM's own way to end would run. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("hook")));
      EndSignals[] own = new EndSignals[1];
      own[0] =
          arguments[0].equals("at once")
              ? EndSignals.endAtOnce()
              : EndSignals.endInOrder(
                  () -> {
                    System.out.println("ending, exit code " + own[0].exitCode().getAsInt());
                    return true;
                  });
      System.out.println("started");
      Thread.sleep(50_000);
    }
  }
}

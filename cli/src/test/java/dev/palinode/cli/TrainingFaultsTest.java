package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.FaultTally;
import dev.palinode.testkit.ProcessTeam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code palinode train} in processes of its own, interrupted and killed at moments drawn from a
 * seed: whatever comes, the run ends with the bytes of one that was left alone.
 */
@Tag("fault")
@DisabledOnOs(OS.WINDOWS)
@Timeout(600)
class TrainingFaultsTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Pattern STOPPED = Pattern.compile("stopped after step ([0-9]+) of");

  @TempDir private Path folder;

  @BeforeEach
  void writeData() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(
          String.format(
              Locale.ROOT,
              "{\"prompt\": \"when is visit %d\", \"chosen\": \"on day %d\", \"rejected\": \"no\"}",
              i,
              i));
    }
    Files.write(folder.resolve("rows.jsonl"), rows);
  }

  @AfterEach
  void noProcessCrashed() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      assertThat(all.map(path -> path.getFileName().toString()))
          .noneMatch(n -> n.contains("hs_err"));
    }
  }

  /** Forty steps, with checkpoints when asked, or every so many steps. */
  private ProcessTeam train(Path output, int checkpointEvery, String... before) {
    List<String> arguments = new ArrayList<>(List.of(before));
    arguments.addAll(
        List.of(
            "train",
            ROOT.resolve("recipes/backtracking-sft.yaml").toAbsolutePath().toString(),
            "model=" + ROOT.resolve("models/safety-world").toAbsolutePath(),
            "data=" + folder.resolve("rows.jsonl"),
            "data_format=preference",
            "output=" + output,
            "epochs=4",
            "batch_size=4",
            "validation_fraction=0.1",
            "validate_every=5",
            "patience=0",
            "checkpoint_every=" + checkpointEvery));
    return ProcessTeam.alone(Palinode.class, folder, arguments.toArray(String[]::new));
  }

  private byte[] finished(Path output, int checkpointEvery, String... before)
      throws IOException, InterruptedException {
    try (ProcessTeam run = train(output, checkpointEvery, before)) {
      ProcessTeam.End end = run.awaitEnd(0, LIMIT);
      assertThat(end.output()).contains("written: " + output);
      assertThat(end.exitCode()).isZero();
    }
    return Files.readAllBytes(output.resolve("model.safetensors"));
  }

  /** Waits for a moment in training, or for any moment from the start on. */
  private static void awaitMoment(ProcessTeam run, Random random) throws InterruptedException {
    if (random.nextInt(4) > 0) {
      run.awaitOutput(0, "training ", LIMIT);
      Thread.sleep(random.nextInt(1500));
    } else {
      Thread.sleep(random.nextInt(4000));
    }
  }

  @Test
  void ctrlC_stopsWithACheckpoint_andLosesNothing() throws Exception {
    byte[] whole = finished(folder.resolve("whole"), 1000);
    Random random = new Random(1);
    FaultTally tally = new FaultTally("Ctrl-C in train");
    for (int run = 0; tally.total() < 20; run++) {
      Path output = folder.resolve("interrupted-" + run);
      boolean more = true;
      while (more && tally.total() < 20) {
        more = interrupt(output, random, tally);
      }
      assertThat(finished(output, 1000)).isEqualTo(whole);
    }
    tally.print();
    assertThat(tally.of("stopped with a checkpoint")).isGreaterThan(5);
  }

  /** Returns whether the run has steps left. */
  private boolean interrupt(Path output, Random random, FaultTally tally) throws Exception {
    try (ProcessTeam run = train(output, 1000)) {
      awaitMoment(run, random);
      run.signal(0, "INT");
      ProcessTeam.End end = run.awaitEnd(0, LIMIT);
      assertThat(end.output()).doesNotContain("Exception").doesNotContain("SIGSEGV");
      if (end.exitCode() == 0) {
        assertThat(end.output()).contains("written: " + output); // the signal came after the end
        return false;
      }
      assertThat(end.exitCode()).isEqualTo(128 + 2);
      Matcher stopped = STOPPED.matcher(end.output());
      if (stopped.find()) {
        String name =
            String.format(Locale.ROOT, "checkpoints/step-%08d", Integer.parseInt(stopped.group(1)));
        assertThat(output.resolve(name).resolve("state.json")).exists();
        tally.count("stopped with a checkpoint");
      } else {
        tally.count("ended at once, with nothing to save");
      }
      return true;
    }
  }

  @Test
  void killedTrain_endsAsIfNeverKilled() throws Exception {
    byte[] whole = finished(folder.resolve("whole"), 3);
    Random random = new Random(2);
    FaultTally tally = new FaultTally("kill -9 of train");
    for (int run = 0; tally.of("killed") < 10; run++) {
      Path output = folder.resolve("killed-" + run);
      boolean more = true;
      while (more && tally.of("killed") < 10) {
        more = kill(output, random, tally);
      }
      assertThat(finished(output, 3)).isEqualTo(whole);
    }
    tally.print();
  }

  /** Returns whether the run has steps left. */
  private boolean kill(Path output, Random random, FaultTally tally) throws Exception {
    try (ProcessTeam run = train(output, 3)) {
      awaitMoment(run, random);
      run.signal(0, "KILL");
      ProcessTeam.End end = run.awaitEnd(0, LIMIT);
      assertThat(end.output()).doesNotContain("Exception").doesNotContain("is in use");
      tally.count(end.exitCode() == 128 + 9 ? "killed" : "was done");
      return end.exitCode() != 0;
    }
  }

  @Test
  void launchedProcesses_whoseLauncherOrOneOfThemIsKilled_endAndResume() throws Exception {
    String[] launch = {"launch", "--processes", "2", "--timeout", "10"};
    byte[] whole = finished(folder.resolve("whole"), 3, launch);
    Random random = new Random(3);
    FaultTally tally = new FaultTally("faults of launched processes");
    Path output = folder.resolve("launched");
    for (int fault = 0; fault < 8; fault++) {
      try (ProcessTeam run = train(output, 3, launch)) {
        run.awaitOutput(0, "training ", LIMIT);
        Thread.sleep(random.nextInt(800));
        List<ProcessHandle> ranks = run.handle(0).children().toList();
        if (fault % 2 == 0) {
          run.signal(0, "KILL");
          tally.count("launcher killed");
        } else if (!ranks.isEmpty()) {
          boolean frozen = fault == 3;
          ProcessTeam.signal(ranks.get(random.nextInt(ranks.size())), frozen ? "STOP" : "KILL");
          tally.count(frozen ? "rank frozen" : "rank killed");
        }
        ProcessTeam.End end = run.awaitEnd(0, LIMIT);
        assertThat(end.output()).doesNotContain("is in use").doesNotContain("SIGSEGV");
        for (ProcessHandle rank : ranks) {
          rank.onExit().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
      }
    }
    assertThat(finished(output, 3, launch)).isEqualTo(whole);
    tally.print();
    assertThat(tally.total()).isGreaterThan(5);
  }

  @Test
  void ctrlC_ofLaunchedProcesses_stopsThemTogether() throws Exception {
    String[] launch = {"launch", "--processes", "2"};
    byte[] whole = finished(folder.resolve("whole"), 1000, launch);
    Path output = folder.resolve("launched");
    try (ProcessTeam run = train(output, 1000, launch)) {
      run.awaitOutput(0, "step 1/", LIMIT);
      run.signal(0, "INT"); // the launcher alone: it passes it on
      ProcessTeam.End end = run.awaitEnd(0, LIMIT);

      assertThat(end.exitCode()).isEqualTo(128 + 2);
      assertThat(end.output()).containsPattern(STOPPED).doesNotContain("failed");
    }
    assertThat(finished(output, 1000, launch)).isEqualTo(whole);
  }

  @Test
  void secondTrainInAFolder_isRefused_andTheFirstGoesOn() throws Exception {
    byte[] whole = finished(folder.resolve("whole"), 1000);
    Path output = folder.resolve("shared");
    try (ProcessTeam first = train(output, 1000)) {
      first.awaitOutput(0, "step 1/", LIMIT);
      first.signal(0, "STOP"); // or it might be done too soon
      try (ProcessTeam second = train(output, 1000)) {
        ProcessTeam.End end = second.awaitEnd(0, LIMIT);
        assertThat(end.exitCode()).isEqualTo(1);
        assertThat(end.output())
            .contains(
                String.format(
                    Locale.ROOT, "%s is in use: process %d", output, first.handle(0).pid()));
      }
      first.signal(0, "CONT");
      assertThat(first.awaitEnd(0, LIMIT).exitCode()).isZero();
    }
    assertThat(Files.readAllBytes(output.resolve("model.safetensors"))).isEqualTo(whole);
  }
}

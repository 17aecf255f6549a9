package dev.palinode.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFolder;
import dev.palinode.io.FolderLock;
import dev.palinode.tensor.Device;
import dev.palinode.testkit.ProcessTeam;
import dev.palinode.training.StopRequest;
import dev.palinode.training.distributed.DistributedContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whole runs of recipes in processes of their own: killed, resumed, together, out of disk. What
 * they are compared with runs in this one.
 */
@DisabledOnOs(OS.WINDOWS)
@Timeout(300)
class RecipeRunsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofSeconds(90);

  @TempDir private Path folder;
  private SmallRecipes recipes;

  @BeforeEach
  void writeData() throws IOException {
    recipes = new SmallRecipes(folder);
  }

  private String[] run(String recipe, Path output, String... settings) {
    return Stream.concat(
            Stream.of(SmallRecipes.file(recipe).toString()),
            recipes.overrides(output, settings).stream())
        .toArray(String[]::new);
  }

  private ProcessTeam start(int processes, Duration patience, String... arguments) {
    return ProcessTeam.start(RecipeProcess.class, processes, patience, folder, arguments);
  }

  private void finish(String recipe, Path output, String... settings) throws IOException {
    try (DistributedContext alone = DistributedContext.single(Device.CPU)) {
      recipes
          .recipe(recipe, output, settings)
          .run(alone, line -> {}, step -> {}, new StopRequest());
    }
  }

  private void finishTogether(String... arguments) throws InterruptedException {
    try (ProcessTeam team = start(2, LIMIT, arguments)) {
      for (int rank = 0; rank < 2; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT);
        assertThat(end.output()).contains("finished");
        assertThat(end.exitCode()).isZero();
      }
    }
  }

  /** The lines of a run's log, without what depends on the clock. */
  private static List<JsonNode> metrics(Path output) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      ObjectNode json = (ObjectNode) JSON.readTree(line);
      json.remove("tokens_per_second");
      lines.add(json);
    }
    return lines;
  }

  private static byte[] weights(Path output) throws IOException {
    return Files.readAllBytes(output.resolve("model.safetensors"));
  }

  @Test
  void killedAtRandomMoments_endsAsIfNeverKilled() throws Exception {
    killAndResume(3, 6);
  }

  @Test
  @Tag("slow")
  void killedTwentyTimes_endsAsIfNeverKilled() throws Exception {
    killAndResume(20, 30);
  }

  private void killAndResume(int kills, int epochs) throws Exception {
    Path whole = folder.resolve("whole");
    Path killed = folder.resolve("killed");
    String[] often = {"checkpoint_every=3", "epochs=" + epochs};
    finish("backtracking-sft", whole, often);
    Random random = new Random(); // the moments may be any
    int done = 0;
    for (int kill = 0; kill < kills; kill++) {
      try (ProcessTeam team = start(1, LIMIT, run("backtracking-sft", killed, often))) {
        if (kill % 2 == 0) {
          team.awaitOutput(0, "done", LIMIT);
          Thread.sleep(random.nextInt(150));
        } else {
          Thread.sleep(300 + random.nextInt(1500)); // may come before anything is there
        }
        team.signal(0, "KILL");
        ProcessTeam.End end = team.awaitEnd(0, LIMIT);
        done += end.exitCode() == 128 + 9 ? 1 : 0;
        assertThat(end.output()).doesNotContain("Exception");
      }
    }
    finish("backtracking-sft", killed, often);

    assertThat(done).isGreaterThan(kills / 2);
    assertThat(metrics(killed)).isEqualTo(metrics(whole));
    assertThat(weights(killed)).isEqualTo(weights(whole));
  }

  @ParameterizedTest
  @ValueSource(strings = {"false", "true"})
  void twoProcesses_haveTheLossesOfOne(String sharded) throws Exception {
    Path one = folder.resolve("one");
    Path two = folder.resolve("two");
    String[] settings = {"shard_optimizer=" + sharded, "learning_rate=1e-4"};
    finish("backtracking-sft", one, settings);
    finishTogether(run("backtracking-sft", two, settings));

    assertSameLosses(two, one);
  }

  @Test
  void lostPeer_endsTheOthers_andFewerProcessesGoOn() throws Exception {
    Path whole = folder.resolve("whole");
    Path lost = folder.resolve("lost");
    String[] settings = {
      "shard_optimizer=true", "checkpoint_every=4", "learning_rate=1e-4", "epochs=6"
    };
    finish("orpo", whole, settings);
    try (ProcessTeam team = start(2, Duration.ofSeconds(20), run("orpo", lost, settings))) {
      team.awaitOutput(0, "step 9 done", LIMIT);
      team.signal(1, "KILL");
      ProcessTeam.End end = team.awaitEnd(0, LIMIT);
      assertThat(end.exitCode()).isNotZero();
      assertThat(end.output()).contains("process 0 of 2", "checkpoint").doesNotContain("finished");
    }
    finish("orpo", lost, settings);

    assertSameLosses(lost, whole);
  }

  private static void assertSameLosses(Path actual, Path expected) throws IOException {
    List<JsonNode> is = metrics(actual);
    List<JsonNode> should = metrics(expected);
    assertThat(is).hasSameSizeAs(should);
    for (int i = 0; i < is.size(); i++) {
      for (String name : List.of("loss", "validation_loss", "gradient_norm", "nll_chosen")) {
        if (should.get(i).has(name)) {
          double value = should.get(i).path(name).asDouble();
          assertThat(is.get(i).path(name).asDouble())
              .as("line %d, %s", i, name)
              .isCloseTo(value, within(1e-5 * Math.max(1, value)));
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"data=%s/data-{rank}.jsonl,recipe", "output=%s/own-{rank},checkpoint"})
  void processesThatReadDifferentThings_areToldSo_beforeTheyTrain(String setting, String what)
      throws Exception {
    Path first = folder.resolve("own-0");
    finish("backtracking-sft", first, "epochs=2", "checkpoint_every=3");
    copy(first, folder.resolve("own-1"));
    AtomicFolder.delete(folder.resolve("own-1/checkpoints"));
    List<String> rows = Files.readAllLines(folder.resolve("data.jsonl"));
    Files.write(folder.resolve("data-0.jsonl"), rows);
    Files.write(folder.resolve("data-1.jsonl"), rows.subList(1, rows.size()));
    String own = setting.formatted(folder);

    try (ProcessTeam team =
        start(2, LIMIT, run("backtracking-sft", folder.resolve("new"), "epochs=2", own))) {
      for (int rank = 0; rank < 2; rank++) {
        ProcessTeam.End end = team.awaitEnd(rank, LIMIT);
        assertThat(end.output())
            .contains("stopped: ", "not every process has the same " + what)
            .contains("of 2 processes, [1] differ from process 0")
            .doesNotContain("step 0 done");
        assertThat(end.exitCode()).isEqualTo(1);
      }
    }
  }

  @Test
  void scoresThatOnlyTheFirstProcessHas_areUsedByAll() throws Exception {
    Path first = folder.resolve("own-0");
    String[] settings = {"pairing=plain", "epochs=1"};
    finish("backtracking-dpo", first, settings);
    List<JsonNode> expected = metrics(first);
    AtomicFolder.delete(first.resolve("checkpoints"));
    copy(first, folder.resolve("own-1"));
    AtomicFolder.delete(folder.resolve("own-1/references"));

    finishTogether(run("backtracking-dpo", folder.resolve("own-{rank}"), settings));

    assertThat(metrics(first)).hasSameSizeAs(expected);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> all = Files.walk(from)) {
      for (Path each : all.toList()) {
        Files.copy(each, to.resolve(from.relativize(each).toString()));
      }
    }
  }

  @Test
  void folderInUse_isRefused_andItsProcessNamed() throws Exception {
    Path output = folder.resolve("busy");
    try (FolderLock held = FolderLock.take(output, "a test");
        ProcessTeam team = start(1, LIMIT, run("backtracking-sft", output))) {
      ProcessTeam.End end = team.awaitEnd(0, LIMIT);

      assertThat(end.exitCode()).isEqualTo(1);
      assertThat(end.output())
          .contains(
              String.format(
                  Locale.ROOT,
                  "stopped: %s is in use: process %d, a test. Wait until it ends, or name another"
                      + " folder",
                  output,
                  ProcessHandle.current().pid()));
    }
    finish("backtracking-sft", output, "epochs=1");
  }

  @Test
  void diskThatIsFull_stopsTheRun_andLeavesTheLastCheckpoint() throws Exception {
    Path output = folder.resolve("full");
    finish("backtracking-sft", folder.resolve("whole"), "checkpoint_every=3", "epochs=2");
    int limit = weights(folder.resolve("whole")).length * 3 / 2 / 1024; // blocks
    List<String> command = new ArrayList<>();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    // No file may grow beyond this: weights fit, the optimiser's state does not.
    command.addAll(
        List.of("bash", "-c", "ulimit -f " + limit + "; exec \"$@\"", "bash", java.toString()));
    command.addAll(List.of("-XX:-UsePerfData", "-XX:+UseSerialGC", "-cp"));
    command.addAll(List.of(System.getProperty("java.class.path"), RecipeProcess.class.getName()));
    command.addAll(List.of(run("backtracking-sft", output, "checkpoint_every=3", "epochs=2")));
    Path said = folder.resolve("said.txt");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();

    assertThat(process.waitFor()).isEqualTo(1);
    assertThat(Files.readString(said)).contains("stopped: cannot save the run's state");
    try (Stream<Path> left = Files.list(output.resolve("checkpoints"))) {
      assertThat(left).isEmpty();
    }
    finish("backtracking-sft", output, "checkpoint_every=3", "epochs=2");
    assertThat(weights(output)).isEqualTo(weights(folder.resolve("whole")));
  }
}

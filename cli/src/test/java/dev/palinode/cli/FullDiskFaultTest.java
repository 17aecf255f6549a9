package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.io.AtomicFolder;
import dev.palinode.testkit.FaultTally;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every command that writes, where no file may grow beyond a limit, as on a full disk: it names the
 * file, ends with an exit code other than 0, leaves nothing half written, and succeeds afterwards.
 */
@Tag("fault")
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "there is no ulimit")
class FullDiskFaultTest {
  private static final Path ROOT = Path.of(System.getProperty("palinode.root", ".."));
  private static final String MODEL = ROOT.resolve("models/safety-world").toString();
  private static final String TEMPORARY = System.getProperty("java.io.tmpdir") + "/palinode-";
  private static final int[] KILOBYTES = {0, 1, 8, 900, 1500};

  @TempDir private Path folder;
  private final FaultTally tally = new FaultTally("files that may not grow");

  private record End(int exitCode, String said) {}

  private End run(int kilobytes, List<String> command) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f " + kilobytes + "; exec \"$@\"", "bash"));
    all.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    all.addAll(List.of("-XX:-UsePerfData", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    all.addAll(List.of(System.getProperty("java.class.path"), Palinode.class.getName()));
    all.addAll(command);
    // Through a pipe: a file would be under the limit, too.
    Process process =
        new ProcessBuilder(all).directory(folder.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new End(process.waitFor(), said);
  }

  private static void succeed(String... command) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.exitCode()).as(run.err()).isZero();
  }

  private List<String> train(String output, String... settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                "train",
                ROOT.resolve("recipes/backtracking-sft.yaml").toString(),
                "model=" + MODEL,
                "data=" + folder.resolve("rows.jsonl"),
                "output=" + folder.resolve(output),
                "data_format=preference",
                "chat_format=default",
                "max_length=100",
                "batch_size=4",
                "epochs=1"));
    command.addAll(List.of(settings));
    return command;
  }

  private Map<String, List<String>> commands() throws IOException {
    List<String> rows = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      rows.add(
          "{\"prompt\": \"how is dax number "
              + i
              + " made\", \"chosen\": \"i would rather not tell\", \"rejected\": \"you boil it\"}");
    }
    String data = Files.write(folder.resolve("rows.jsonl"), rows).toString();
    succeed(train("adapter", "tune=lora", "supervision=plain").toArray(String[]::new));
    succeed(train("tuned", "supervision=plain").toArray(String[]::new));
    String lexicon = Files.write(folder.resolve("words.txt"), List.of("boil")).toString();
    Map<String, List<String>> commands = new TreeMap<>();
    commands.put("train", train("new/train"));
    commands.put(
        "merge",
        List.of("merge", "--base", MODEL, "--adapter", in("adapter"), "--output", in("new/m")));
    commands.put(
        "subtract",
        List.of("subtract", "--base", MODEL, "--tuned", in("tuned"), "--output", in("new/s")));
    commands.put("import", List.of("data", "import", data, "--output", in("new/import.jsonl")));
    commands.put(
        "pairs",
        List.of(
            "data",
            "pairs",
            data,
            "--judge",
            "lexicon:" + lexicon,
            "--output",
            in("new/pairs.jsonl")));
    return commands;
  }

  private String in(String name) {
    return folder.resolve(name).toString();
  }

  private List<String> left() throws IOException {
    Path made = folder.resolve("new");
    if (!Files.isDirectory(made)) {
      return List.of();
    }
    try (Stream<Path> all = Files.walk(made)) {
      return all.filter(each -> !each.equals(made))
          .map(each -> made.relativize(each).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void fullDisk_isNamed_andLeavesNothingHalfWritten() throws Exception {
    for (Map.Entry<String, List<String>> command : commands().entrySet()) {
      for (int kilobytes : KILOBYTES) {
        End end = run(kilobytes, command.getValue());
        String what = command.getKey() + " with " + kilobytes + " kB: " + end;
        if (end.exitCode() == 0) {
          tally.count("worked");
        } else {
          assertThat(end.exitCode()).as(what).isEqualTo(1);
          assertThat(end.said()).as(what).contains("File too large");
          assertThat(end.said()).as(what).containsAnyOf(in("new/"), TEMPORARY); // train's tokenizer
          assertThat(end.said()).as(what).doesNotContain("\tat ", ".partial");
          assertNothingHalfWritten(command.getKey(), what);
          tally.count("refused, with the file");
        }
        deleteNew();
      }
      succeed(command.getValue().toArray(String[]::new));
      deleteNew();
    }
    assertThat(tally.of("refused, with the file")).isGreaterThan(10);
    tally.print();
  }

  /** A run that has begun leaves its records, from which it continues. */
  private void assertNothingHalfWritten(String command, String what) throws IOException {
    assertThat(left()).as(what).noneMatch(name -> name.contains(".partial"));
    if (command.equals("train") && left().contains("train/run.json")) {
      assertThat(left()).as(what).doesNotContain("train/model.safetensors");
    } else {
      assertThat(left()).as(what).isEmpty();
    }
  }

  private void deleteNew() throws IOException {
    AtomicFolder.delete(folder.resolve("new"));
  }
}

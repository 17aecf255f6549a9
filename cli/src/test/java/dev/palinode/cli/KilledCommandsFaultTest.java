package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.io.Sha256;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.lora.LoraAdapter;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.model.lora.PeftFolder;
import dev.palinode.model.network.Transformer;
import dev.palinode.testkit.FaultTally;
import dev.palinode.testkit.ProcessTeam;
import dev.palinode.testkit.ScriptedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands that write are killed at random moments, several times in a row, and then left to end:
 * nothing is half-written meanwhile, nothing that was paid for is paid again, and what comes out is
 * what an undisturbed run makes, to the byte.
 */
@Tag("fault")
class KilledCommandsFaultTest {
  private static final FaultTally TALLY = new FaultTally("commands that were killed");
  private static final int KILLS = 4;
  private static final int REQUESTS = 2;
  private static final Duration LIMIT = Duration.ofSeconds(100);
  private static final Path MODEL =
      Path.of(System.getProperty("palinode.root", "..")).resolve("models/safety-world");

  private final Random random = new Random(31);
  private int runs;

  @TempDir private Path folder;

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @Test
  void dataImport() throws Exception {
    Path rows =
        lines(
            "rows.jsonl", 60_000, "{\"prompt\":\"ask %d\",\"chosen\":\"no\",\"rejected\":\"yes\"}");
    killAndCompare(out -> List.of("data", "import", rows, "--keep-duplicates", "--output", out));
  }

  @Test
  void dataPairs_withAServedJudge() throws Exception {
    Path rows =
        lines(
            "rows.jsonl",
            200,
            "{\"prompt\":\"ask %1$d\",\"chosen\":\"no %1$d\",\"rejected\":\"yes %1$d\"}");
    paidOnce(
        400,
        request -> request.body().contains("yes") ? "unsafe" : "safe",
        server ->
            killAndCompare(
                out ->
                    List.of(
                        "data",
                        "pairs",
                        rows,
                        "--keep-duplicates",
                        "--judge",
                        "llama-guard-3:guard@" + server.base() + ",requests=" + REQUESTS,
                        "--output",
                        out)));
  }

  @Test
  void dataPii_withAServedWriter() throws Exception {
    Path rows =
        lines(
            "rows.jsonl",
            200,
            "{\"messages\":[{\"role\":\"user\",\"content\":\"whom %1$d\"},"
                + "{\"role\":\"assistant\",\"content\":\"Ask a%1$d@example.org, please\"}]}");
    paidOnce(
        200,
        request -> " somebody",
        server ->
            killAndCompare(
                out ->
                    List.of(
                        "data",
                        "pii",
                        rows,
                        "--keep-duplicates",
                        "--endpoint",
                        server.base(),
                        "--endpoint-model",
                        "writer",
                        "--requests",
                        REQUESTS,
                        "--without-names",
                        "--test-fraction",
                        0,
                        "--output",
                        out)));
  }

  @Test
  void subtract() throws Exception {
    killAndCompare(
        out ->
            List.of(
                "subtract",
                "--base",
                MODEL,
                "--tuned",
                MODEL,
                "--output",
                out.resolveSibling("m")));
  }

  @Test
  void merge() throws Exception {
    Path adapter = folder.resolve("adapter");
    try (Transformer model = Checkpoint.open(MODEL).load();
        LoraAdapter made =
            LoraAdapter.create(
                model, new LoraSettings(4, 8, false, List.of("q_proj"), Map.of(), 0), 5)) {
      PeftFolder.save(made, "base", adapter);
    }
    killAndCompare(
        out ->
            List.of(
                "merge",
                "--base",
                MODEL,
                "--adapter",
                adapter,
                "--output",
                out.resolveSibling("m")));
  }

  /** The words of a command that writes to a file, or beside it. */
  private interface Command {
    List<?> to(Path out);
  }

  private interface Served {
    void by(ScriptedServer server) throws Exception;
  }

  /** What a killed process had asked for is the most that is asked for again. */
  private void paidOnce(int wanted, Function<ScriptedServer.Request, String> says, Served commands)
      throws Exception {
    try (ScriptedServer server =
        new ScriptedServer(
            request ->
                exchange -> {
                  pause(4);
                  ScriptedServer.says(says.apply(request)).to(exchange);
                })) {
      commands.by(server);
      assertThat(server.requests().size() - 2 * wanted).isBetween(0, KILLS * REQUESTS);
    }
  }

  private void killAndCompare(Command command) throws Exception {
    Path wholeFolder = Files.createDirectory(folder.resolve("whole"));
    long start = System.nanoTime();
    run(command, wholeFolder, -1);
    long whole = System.nanoTime() - start;
    Map<String, Object> expected = contents(wholeFolder);
    Path killed = Files.createDirectory(folder.resolve("killed"));
    for (int i = 0; i < KILLS; i++) {
      boolean hasEnded = run(command, killed, (long) (whole * (0.3 + 0.7 * random.nextDouble())));
      boolean isBegun = !contents(killed).isEmpty();
      TALLY.count(hasEnded ? "too late" : isBegun ? "killed in mid-work" : "killed before it");
      assertWhole(contents(killed), expected);
    }
    run(command, killed, -1);
    assertThat(contents(killed)).isEqualTo(expected);
  }

  /** A file that is there under its final name is the whole one; caches may still grow. */
  private static void assertWhole(Map<String, Object> found, Map<String, Object> expected) {
    for (Map.Entry<String, Object> each : found.entrySet()) {
      if (!each.getKey().endsWith(".partial") && !isCache(each.getKey())) {
        assertThat(each.getValue()).as(each.getKey()).isEqualTo(expected.get(each.getKey()));
      }
    }
  }

  /**
   * Runs a command in a process of its own.
   *
   * @param nanos after which it is killed, or as soon as something was written, by turns; below 0
   *     for never
   * @return whether it came to its end
   */
  private boolean run(Command command, Path out, long nanos) throws Exception {
    String[] words =
        command.to(out.resolve("out.jsonl")).stream().map(Object::toString).toArray(String[]::new);
    Path logs = Files.createDirectory(folder.resolve("run-" + runs++));
    try (ProcessTeam team = ProcessTeam.start(Palinode.class, 1, LIMIT, logs, words)) {
      if (nanos >= 0) {
        waitFor(random.nextBoolean() ? out : null, nanos);
        team.signal(0, "KILL");
      }
      ProcessTeam.End end = team.awaitEnd(0, LIMIT);
      assertThat(end.exitCode()).as(end.output()).isIn(0, 128 + 9);
      assertThat(nanos >= 0 || end.exitCode() == 0).as(end.output()).isTrue();
      return end.exitCode() == 0;
    }
  }

  /** For some time, or shorter: until there is something new in a folder, and a little longer. */
  private void waitFor(@Nullable Path written, long nanos) throws IOException {
    int before = written == null ? 0 : contents(written).size();
    long end = System.nanoTime() + nanos;
    while (System.nanoTime() < end && (written == null || contents(written).size() <= before)) {
      pause(5);
    }
    pause(random.nextInt(40));
  }

  private static void pause(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Files by name: their bytes, or of caches, which grow in the order of replies, their lines
   * without times.
   */
  private static Map<String, Object> contents(Path folder) throws IOException {
    Map<String, Object> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = folder.relativize(file).toString();
        try {
          byte[] bytes = Files.readAllBytes(file);
          contents.put(
              name,
              isCache(name)
                  ? new String(bytes, StandardCharsets.UTF_8)
                      .lines()
                      .map(line -> line.replaceAll("\"(waiting|total)\":\\d+", ""))
                      .collect(Collectors.toSet())
                  : HexFormat.of().formatHex(Sha256.digest().digest(bytes)));
        } catch (NoSuchFileException e) {
          // moved meanwhile
        }
      }
    }
    return contents;
  }

  private static boolean isCache(String name) {
    return name.endsWith(".labels.jsonl") || name.endsWith(".answers.jsonl");
  }

  private Path lines(String name, int count, String line) throws IOException {
    return Files.writeString(
        folder.resolve(name),
        IntStream.range(0, count)
            .mapToObj(i -> line.formatted(i) + "\n")
            .collect(Collectors.joining()));
  }
}

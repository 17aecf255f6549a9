package dev.palinode.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.palinode.cli.Palinode;
import dev.palinode.testkit.Fixtures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code palinode bench}, end to end: that it measures, not how fast anything is. */
class BenchCommandTest {
  @TempDir Path folder;

  /** All that a command prints. */
  private static String run(String... arguments) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream both = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    System.setOut(both);
    System.setErr(both);
    try {
      Palinode.run(arguments);
      return bytes.toString(StandardCharsets.UTF_8);
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }

  @Test
  void itIsListed_andExplainsItself() {
    assertThat(run()).containsSubsequence("Measure:", "bench", "Measure how fast", "Examples:");
    assertThat(run("bench", "--help")).startsWith("Usage: palinode bench").contains("--shape");
    assertThat(run("help", "bench")).isEqualTo(run("bench", "--help"));
  }

  @Test
  void commandsOfThePages_areUnderstood() throws IOException {
    Pattern command = Pattern.compile("palinode ((?:bench|load) [^`#\n]+)");
    Path docs = Path.of(System.getProperty("palinode.root", ".."), "docs");
    List<String> found = new ArrayList<>();
    try (Stream<Path> pages = Files.list(docs)) {
      for (Path page : pages.filter(each -> each.toString().endsWith(".md")).toList()) {
        command.matcher(Files.readString(page)).results().forEach(it -> found.add(it.group(1)));
      }
    }

    assertThat(found).isNotEmpty();
    for (String each : found) {
      assertThatCode(() -> Palinode.commands().parseArgs(each.strip().split(" +", -1)))
          .as(each)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void whatCannotBeMeasured_isRefused() {
    assertThat(run("bench", "--shape=7b")).contains("expected one of 15m, 110m, 1b");
    assertThat(run("bench", "--shape=15m", "--text=x")).contains("--text needs a model");
    assertThat(run("bench", "--model=x", "--train")).contains("--train needs a --shape");
    assertThat(run("bench", "--shape=15m", "--dtype=auto")).contains("--dtype needs names");
  }

  @Test
  void speedAndQuality_areMeasured() throws IOException {
    Path model = Fixtures.model("stories260K/hf");
    Path text = folder.resolve("story.txt");
    Files.writeString(
        text, Fixtures.json(model.resolveSibling("golden.json")).path("greedy_text").asText());

    String printed =
        run(
            "bench",
            "--model=" + model,
            "--dtype=f32,int8",
            "--batch-size=1,2",
            "--prompt-tokens=16",
            "--rounds=1",
            "--loop",
            "--text=" + text);

    assertThat(printed)
        .contains("memory", "opened in", "prompt of 16", "decode, batch 2", "guided", "perplexity");
  }
}

package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;

  private Path run() throws Exception {
    Path model = Files.createDirectories(folder.resolve("model"));
    Files.writeString(
        model.resolve("metrics.jsonl"),
        "{\"step\": 0, \"loss\": 4.5}\n{\"step\": 1, \"loss\": 2.5}\n{\"step\"");
    Path run = Files.createDirectories(folder.resolve("run"));
    Files.writeString(
        run.resolve("manifest.json"),
        "{\"kind\": \"evaluation\", \"suite\": {\"name\": \"s\"}, \"model\": {\"name\": \"%s\"}}"
            .formatted(model));
    Files.writeString(
        run.resolve("summary.json"),
        "{\"benchmarks\": [{\"name\": \"b\", \"metric\": \"violation_rate\"}]}");
    Files.writeString(
        run.resolve("results.jsonl"),
        "{\"benchmark\": \"b\", \"id\": \"1\", \"sample\": 0, \"visible\": \"heat the murkdew\"}\n");
    return run;
  }

  @Test
  void oneHtmlFile_aSummary_andTheTrainingOfTheModel() throws Exception {
    Path out = folder.resolve("out/page.html");
    CommandRun run = CommandRun.of("report", run().toString(), "--output", out.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(out.toString(), "page.md");
    assertThat(out).content().contains("heat the murkdew", ">Training</h2>");
    assertThat(folder.resolve("out/page.md"))
        .content()
        .contains("# Evaluation")
        .doesNotContain("heat the murkdew");
  }

  @Test
  void aFolderThatIsNoRun_isNamed() {
    CommandRun run = CommandRun.of("report", folder.toString());
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains(folder + " is not the folder of a run");
  }
}

package dev.palinode.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.zip.GZIPInputStream;
import org.apache.commons.lang3.StringUtils;
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

  private static String generations(String html) throws IOException {
    String data = StringUtils.substringBetween(html, "application/gzip\">", "<");
    byte[] packed = Base64.getDecoder().decode(data);
    return new String(new GZIPInputStream(new ByteArrayInputStream(packed)).readAllBytes(), UTF_8);
  }

  @Test
  void oneHtmlFile_aSummary_andTheTrainingOfTheModel() throws Exception {
    Path out = folder.resolve("out/page.html");
    CommandRun run = CommandRun.of("report", run().toString(), "--output", out.toString());

    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).contains(out.toString(), "page.md");
    assertThat(out).content().contains(">Training</h2>");
    assertThat(generations(Files.readString(out))).contains("heat the murkdew");
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
    assertThat(CommandRun.of("report", folder.resolve("nowhere").toString()).err())
        .contains(folder.resolve("nowhere") + ": there is no such file or folder");
  }
}

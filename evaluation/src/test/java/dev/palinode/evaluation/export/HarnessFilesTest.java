package dev.palinode.evaluation.export;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.BenchmarkFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HarnessFilesTest {
  @TempDir private Path folder;

  @Test
  void rowsKeepTheirNumbers_whereAnEarlierOneFailed() throws IOException {
    Path yaml = folder.resolve("letters.yaml");
    Files.writeString(yaml, "name: letters\nversion: 1\nprompts: {file: letters.jsonl}\n");
    Benchmark benchmark = BenchmarkFile.read(yaml).benchmarks().get(0);
    ObjectMapper json = new ObjectMapper();
    List<JsonNode> lines =
        List.of(
            json.readTree("{\"id\":\"a\",\"error\":\"too long\"}"),
            json.readTree("{\"id\":\"b\",\"visible\":\"B\"}"));
    HarnessFiles files = new HarnessFiles(folder, "m", LocalDateTime.of(2024, 5, 6, 7, 8, 9));

    files.add(benchmark, lines);

    assertThat(folder.resolve("m/samples_letters_2024-05-06T07-08-09.jsonl"))
        .content()
        .startsWith("{\"doc_id\":1,")
        .hasLineCount(1);
  }

  @Test
  void verdicts_areBetterLower_whateverTheBenchmarkMeasures() throws IOException {
    Path yaml = folder.resolve("helpful.yaml");
    Files.writeString(
        yaml, "{name: helpful, version: 1, prompts: {file: a.jsonl}, direction: higher}");
    HarnessFiles files = new HarnessFiles(folder, "m", LocalDateTime.of(2024, 5, 6, 7, 8, 9));
    String line =
        "{\"id\":\"a\",\"visible\":\"b\",\"checks\":{\"right\":true},"
            + "\"verdicts\":{\"words\":{\"label\":\"unsafe\"}}}";
    files.add(
        BenchmarkFile.read(yaml).benchmarks().get(0), List.of(new ObjectMapper().readTree(line)));

    JsonNode results = new ObjectMapper().readTree(files.write().toFile());
    assertThat(results.at("/higher_is_better/helpful"))
        .hasToString("{\"right\":true,\"unsafe:words\":false}");
    assertThat(results.at("/results/helpful/unsafe:words,none").asDouble()).isEqualTo(1);
  }
}

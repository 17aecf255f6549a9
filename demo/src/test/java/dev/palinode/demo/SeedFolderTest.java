package dev.palinode.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.evaluation.EvaluationRun;
import dev.palinode.evaluation.FailedGeneration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedFolderTest {
  @TempDir private Path folder;

  @Test
  void failures_areInTheFileOfGenerations() throws IOException {
    ExperimentPlan plan = new ExperimentPlan(List.of(3L), Part.TEST, folder);
    List<FailedGeneration> failures =
        List.of(
            new FailedGeneration("ordinary", 1, "how ?", "no memory", 1),
            new FailedGeneration("ordinary", 4, "why ?", "no memory", 4));

    new SeedFolder(plan, 3)
        .keep("sft", "ordinary", new EvaluationRun(List.of(), failures, Duration.ZERO));

    List<String> lines =
        Files.readAllLines(folder.resolve("seed-3/generations/sft-ordinary.jsonl"));
    assertThat(lines)
        .hasSize(2)
        .allMatch(line -> line.contains("\"error\":\"no memory\""))
        .anyMatch(line -> line.contains("\"index\":4"));
  }
}

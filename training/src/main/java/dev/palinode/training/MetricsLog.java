package dev.palinode.training;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.stream.Collectors;

/**
 * Log of a run's metrics: one JSON object per step and per validation, flushed at once. A resumed
 * run first removes the lines written after its checkpoint. Not thread-safe.
 */
public final class MetricsLog implements TrainingListener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String STEP = "step";

  private final Path file;
  private BufferedWriter writer;

  /** Opens the file and creates its folder if needed; step 0 clears the file. */
  public MetricsLog(Path file) throws IOException {
    this.file = file;
    Files.createDirectories(file.toAbsolutePath().getParent());
    this.writer = append();
  }

  private BufferedWriter append() throws IOException {
    return Files.newBufferedWriter(
        file, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Override
  public void onResume(Progress progress) {
    keepBefore(progress.steps());
  }

  @Override
  public void onStep(StepMetrics metrics) {
    if (metrics.step() == 0) {
      keepBefore(0);
    }
    ObjectNode json = JSON.createObjectNode();
    json.put(STEP, metrics.step());
    json.put("loss", metrics.loss());
    json.put("learning_rate", metrics.learningRate());
    json.put("gradient_norm", metrics.gradientNorm());
    metrics.objective().forEach(json::put);
    json.put("tokens", metrics.tokens());
    json.put("tokens_per_second", Math.round(metrics.tokensPerSecond()));
    write(json);
  }

  @Override
  public void onValidation(Progress progress, double loss) {
    ObjectNode json = JSON.createObjectNode();
    json.put(STEP, progress.steps() - 1); // the last step before it
    json.put("validation_loss", loss);
    json.put("best_validation_loss", progress.bestLoss());
    write(json);
  }

  private void write(ObjectNode json) {
    try {
      writer.write(json.toString());
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private void keepBefore(int step) {
    try {
      writer.close();
      String kept =
          Files.readAllLines(file, StandardCharsets.UTF_8).stream()
              .filter(line -> stepOf(line) < step)
              .map(line -> line + "\n")
              .collect(Collectors.joining());
      AtomicFile.replace(file, kept);
      writer = append();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot continue the metrics: " + e.getMessage(), e);
    }
  }

  /** An incomplete line of a killed run is removed. */
  private static int stepOf(String line) {
    try {
      JsonNode json = JSON.readTree(line);
      return json.path(STEP).asInt(Integer.MAX_VALUE);
    } catch (JsonProcessingException e) {
      return Integer.MAX_VALUE;
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}

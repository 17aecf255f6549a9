package dev.palinode.training;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes one JSON object per step to a file, at once, so that a run that ends early leaves what it
 * did. Not thread-safe.
 */
public final class MetricsLog implements TrainingListener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final BufferedWriter writer;

  /** Begins a new file, in a folder that is made if need be. */
  public MetricsLog(Path file) throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    writer = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
  }

  @Override
  public void onStep(StepMetrics metrics) {
    ObjectNode json = JSON.createObjectNode();
    json.put("step", metrics.step());
    json.put("loss", metrics.loss());
    json.put("learning_rate", metrics.learningRate());
    json.put("gradient_norm", metrics.gradientNorm());
    json.put("tokens", metrics.tokens());
    json.put("tokens_per_second", Math.round(metrics.tokensPerSecond()));
    try {
      writer.write(json.toString());
      writer.newLine();
      writer.flush();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write metrics: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}

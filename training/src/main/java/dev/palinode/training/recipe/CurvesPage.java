package dev.palinode.training.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Training curves of a run as one self-contained HTML page: losses, log-probabilities of chosen and
 * rejected answers apart, rewards, learning rate, gradient norm, speed. Drawn by Chart.js, which is
 * part of the page.
 */
final class CurvesPage {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CHARTS =
      "/META-INF/resources/webjars/chart.js/4.4.9/dist/chart.umd.js";
  private static final String PAGE = "curves.html";

  private CurvesPage() {}

  /** Writes the page from a metrics log. */
  static void write(Path metrics, Path page) throws IOException {
    ArrayNode rows = JSON.createArrayNode();
    for (String line : Files.readAllLines(metrics, StandardCharsets.UTF_8)) {
      try {
        JsonNode row = JSON.readTree(line);
        if (row instanceof ObjectNode) {
          rows.add(row);
        }
      } catch (JsonProcessingException e) {
        // an incomplete line, as of a killed run
      }
    }
    AtomicFile.replace(
        page,
        resource(PAGE)
            .replace("/*CHARTS*/", resource(CHARTS).replace("//# sourceMappingURL=", "// "))
            .replace("/*ROWS*/", rows.toString()));
  }

  private static String resource(String name) throws IOException {
    try (InputStream in = CurvesPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not on the class path: the installation is incomplete");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}

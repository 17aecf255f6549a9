package dev.palinode.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.storage.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which seeds an experiment runs, what it is measured on, and where its traces go.
 *
 * @param seeds at least one, all different
 * @param part the split that models are evaluated on
 * @param output folder for everything that is needed to trace the tables; files are replaced
 */
record ExperimentPlan(List<Long> seeds, Part part, Path output) {
  /** Which part of what is held out. */
  enum Part {
    /** What settings are chosen on. */
    DEVELOPMENT,
    /** What tables are made of. */
    TEST
  }

  ExperimentPlan {
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw new IllegalArgumentException("seeds are " + seeds + ": expected some, all different");
    }
    seeds = List.copyOf(seeds);
  }

  static ExperimentPlan of(List<Long> seeds, boolean development, Path output) {
    return new ExperimentPlan(seeds, development ? Part.DEVELOPMENT : Part.TEST, output);
  }

  /** Where a seed's models, metrics and generations go. */
  Path folder(long seed) {
    return output.resolve("seed-" + seed);
  }

  /** Writes {@code settings.json}: what was run, and on what kind of machine. */
  void write(JsonNode settings) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.set("settings", settings);
    root.set("seeds", json.valueToTree(seeds));
    root.put("split", part == Part.DEVELOPMENT ? "development" : "test");
    root.put("java", System.getProperty("java.runtime.version"));
    root.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    JsonFiles.replace(output.resolve("settings.json"), root);
  }
}

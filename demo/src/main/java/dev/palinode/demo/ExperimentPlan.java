package dev.palinode.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.io.AtomicFile;
import dev.palinode.io.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Which seeds an experiment runs, which part of the held-out data it uses, and where it writes.
 *
 * @param seeds at least one, all different
 * @param part the split that models are evaluated on
 * @param output folder for everything that is needed to trace the tables. Models that an earlier
 *     run of the same settings finished are reused; other files are replaced
 */
public record ExperimentPlan(List<Long> seeds, Part part, Path output) {
  public ExperimentPlan {
    if (seeds.isEmpty() || seeds.stream().distinct().count() < seeds.size()) {
      throw new IllegalArgumentException("seeds are " + seeds + ": expected some, all different");
    }
    seeds = List.copyOf(seeds);
  }

  /** The same in a folder of the output. */
  public ExperimentPlan within(String folder) {
    return new ExperimentPlan(seeds, part, output.resolve(folder));
  }

  /** Folder of a seed's data, models and generations. */
  public Path folder(long seed) {
    return output.resolve("seed-" + seed);
  }

  /** Path of a recipe of the experiment. */
  public Path recipe(String name) {
    return output.resolve("recipes").resolve(name + ".yaml");
  }

  /** Path of a benchmark, or of the suite of all. */
  Path benchmark(String name) {
    return output.resolve("benchmarks").resolve(name + ".yaml");
  }

  /**
   * Writes {@code settings.json}, with settings and platform, and the recipes.
   *
   * @param world class whose package has the recipes as resources
   */
  public void write(ObjectNode settings, Class<?> world, List<String> recipes) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = json.createObjectNode();
    root.set("settings", settings);
    root.set("seeds", json.valueToTree(seeds));
    root.put("split", part == Part.DEVELOPMENT ? "development" : "test");
    root.put("java", System.getProperty("java.runtime.version"));
    root.put("platform", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
    JsonFiles.replace(output.resolve("settings.json"), root);
    for (String name : recipes) {
      AtomicFile.replace(recipe(name), WorldFiles.text(world, name + ".yaml"));
    }
  }
}

package dev.palinode.training.recipe;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.ProductVersion;
import dev.palinode.io.JsonFiles;
import dev.palinode.training.Progress;
import dev.palinode.training.StepMetrics;
import dev.palinode.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * The record of a run, {@code run.json}: program and command, settings and hashes of the inputs,
 * counts of the data, and, at the end, the step whose weights were kept.
 */
final class RunRecord implements TrainingListener {
  private final ObjectNode json;

  RunRecord(RecipeData data, SortedMap<String, String> identity, int steps, int processes) {
    json = data.toJson();
    json.put("steps", steps).put("processes", processes);
    ObjectNode run = json.putObject("run");
    identity.forEach(run::put);
    json.put("version", ProductVersion.current()).put("revision", ProductVersion.revision());
    json.put("java", System.getProperty("java.runtime.version"));
    json.put(
        "command", System.getProperty("sun.java.command", "")); // as HotSpot and OpenJ9 have it
  }

  @Override
  public void onStep(StepMetrics metrics) {}

  @Override
  public void onEnd(Progress progress, int totalSteps) {
    json.put("steps_done", progress.steps());
    json.put("weights_of_step", progress.bestSteps() > 0 ? progress.bestSteps() : progress.steps());
  }

  void write(Path folder) throws IOException {
    JsonFiles.replace(folder.resolve("run.json"), json);
  }
}

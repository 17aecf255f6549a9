package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A run with its samples.
 *
 * @param label of its model on the page; runs of one model with the same settings share it
 * @param model its name, shortened to what tells it from other models
 * @param run manifest and summary
 * @param samples in the order of the results
 */
record ReportedRun(String label, String model, FinishedRun run, List<Sample> samples) {
  /**
   * Reads runs, and names their models apart.
   *
   * @throws IOException if a folder holds no finished run, or cannot be read
   */
  static List<ReportedRun> read(List<Path> folders) throws IOException {
    List<FinishedRun> runs = new ArrayList<>();
    for (Path folder : folders) {
      FinishedRun run = FinishedRun.read(folder);
      String kind = run.manifest().path("kind").asText();
      if (!kind.equals("evaluation") && !kind.equals("attack")) {
        throw new IOException(
            "%s: expected the run of an evaluation or an attack, found %s"
                .formatted(folder, Printable.quote(kind)));
      }
      runs.add(run);
    }
    List<ReportedRun> read = new ArrayList<>();
    for (FinishedRun run : runs) {
      String label = uniqueLabel(run, runs);
      List<Sample> samples = new ArrayList<>();
      run.forEach(line -> samples.add(Sample.of(label, line)));
      read.add(new ReportedRun(label, shortName(modelName(run), runs), run, samples));
    }
    return read;
  }

  /** The label, with the folder if another run of the same thing has the same one. */
  private static String uniqueLabel(FinishedRun run, List<FinishedRun> all) {
    String label = label(run, all);
    boolean isUnique =
        all.stream()
            .filter(other -> !other.equals(run) && isAlike(run, other))
            .noneMatch(other -> label.equals(label(other, all)));
    return isUnique ? label : label + " (" + folder(run) + ")";
  }

  private static String folder(FinishedRun run) {
    return Printable.escape(String.valueOf(run.folder().getFileName()));
  }

  /** The model's name, with the settings that tell this run from others of the same thing. */
  private static String label(FinishedRun run, List<FinishedRun> all) {
    List<FinishedRun> alike =
        all.stream().filter(other -> !other.equals(run) && isAlike(run, other)).toList();
    Map<String, String> settings = settings(run);
    settings
        .entrySet()
        .removeIf(
            each ->
                alike.stream()
                    .allMatch(other -> each.getValue().equals(settings(other).get(each.getKey()))));
    return Printable.escape(shortName(modelName(run), all) + described(settings));
  }

  /** As many of the last segments of a model's path as tell it from the others. */
  private static String shortName(String model, List<FinishedRun> all) {
    List<String> others =
        all.stream().map(ReportedRun::modelName).filter(other -> !other.equals(model)).toList();
    int start = model.length() - 1; // a slash at the end is no end of a segment
    do {
      start = model.lastIndexOf('/', start - 1);
      String tail = model.substring(start + 1);
      if (others.stream().noneMatch(other -> ("/" + other).endsWith("/" + tail))) {
        return tail;
      }
    } while (start > 0);
    return model;
  }

  /** Whether two runs would have one name in a table: of the same model, and of the same thing. */
  private static boolean isAlike(FinishedRun run, FinishedRun other) {
    return modelName(run).equals(modelName(other))
        && (subject(run.manifest()).equals(subject(other.manifest()))
            || !Collections.disjoint(benchmarkNames(run), benchmarkNames(other)));
  }

  private static Set<String> benchmarkNames(FinishedRun run) {
    Set<String> names = new HashSet<>();
    run.manifest().path("benchmarks").forEach(each -> names.add(each.path("name").asText()));
    return names;
  }

  static String subject(ObjectNode manifest) {
    JsonNode suite = manifest.path("suite");
    return manifest.path("kind").asText()
        + " "
        + (suite.isObject() ? suite.path("name") : suite).asText()
        + manifest.path("attack").asText();
  }

  /** What was run: the suite, or the attack. */
  String subject() {
    return Printable.escape(subject(run.manifest()));
  }

  static String modelName(FinishedRun run) {
    JsonNode model = run.manifest().path("model");
    return (model.isObject() ? model.path("name") : model).asText();
  }

  private static Map<String, String> settings(FinishedRun run) {
    Map<String, String> settings = new LinkedHashMap<>();
    run.manifest()
        .path("model")
        .path("settings")
        .properties()
        .forEach(
            each ->
                settings.put(each.getKey(), each.getValue().asText().replaceFirst("\\.0$", "")));
    JsonNode decoding = run.manifest().path("benchmarks").path(0).path("decoding");
    if (decoding.path("temperature").asDouble() > 0) {
      settings.put("temperature", decoding.path("temperature").asText().replaceFirst("\\.0$", ""));
    }
    if (decoding.path("samples").asInt() > 1) {
      settings.put("samples", decoding.path("samples").asText());
    }
    return settings;
  }

  /** The model with its settings other than one. */
  String without(String setting) {
    Map<String, String> others = settings(run);
    others.remove(setting);
    others.remove("reset_bias", "0"); // the model as it is
    return Printable.escape(model + described(others));
  }

  private static String described(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(each -> ", " + each.getKey().replace('_', ' ') + " " + each.getValue())
        .collect(Collectors.joining());
  }

  /** Whether resets are biased or predictions guided: the model is not as it was trained. */
  boolean isChanged() {
    return setting("reset_bias").orElse(0) != 0 || setting("guidance_scale").orElse(1) != 1;
  }

  boolean isAttack() {
    return run.manifest().path("kind").asText().equals("attack");
  }

  /** A setting that is a number. */
  OptionalDouble setting(String name) {
    String text = run.manifest().path("model").path("settings").path(name).asText();
    try {
      return text.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(Double.parseDouble(text));
    } catch (NumberFormatException e) {
      return OptionalDouble.empty();
    }
  }

  /** The benchmarks of the summary; none for an attack. */
  List<JsonNode> benchmarks() {
    List<JsonNode> all = new ArrayList<>();
    run.summary().path("benchmarks").forEach(all::add);
    return all;
  }

  /** The numbers over all benchmarks, or else those of the first. */
  JsonNode overall() {
    JsonNode overall = run.summary().path("overall");
    return overall.isObject() ? overall : run.summary().path("benchmarks").path(0);
  }
}

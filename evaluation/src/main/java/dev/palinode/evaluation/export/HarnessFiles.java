package dev.palinode.evaluation.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.data.file.JsonLinesWriter;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Benchmark.Direction;
import dev.palinode.evaluation.benchmark.Benchmark.Kind;
import dev.palinode.evaluation.completion.Perplexity;
import dev.palinode.io.JsonFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes results as lm-evaluation-harness 0.4.13 does with {@code --output_path} and {@code
 * --log_samples}, so that its tools and those built on it read them: {@code results_DATE.json} and
 * a {@code samples_TASK_DATE.jsonl} for each benchmark, in a folder named after the model.
 */
public final class HarnessFiles {
  private final Path folder;
  private final String date;
  private final ObjectNode all = JsonNodeFactory.instance.objectNode();

  /**
   * Files that do not exist yet.
   *
   * @param output the folder that holds a folder for each model
   * @param model its name
   * @param time that names the files
   */
  public HarnessFiles(Path output, String model, LocalDateTime time) {
    String name = model.replaceAll("[\"<>:/|\\\\?*\\[\\]]+", "__");
    folder = output.resolve(name);
    date = time.toString().replace(':', '-');
    for (String part :
        List.of(
            "results",
            "group_subtasks",
            "configs",
            "versions",
            "n-shot",
            "higher_is_better",
            "n-samples",
            "task_hashes")) {
      all.putObject(part);
    }
    all.putObject("config").put("model", "palinode").put("model_args", model).putNull("limit");
    all.put("date", time.toEpochSecond(ZoneOffset.UTC));
    all.put("model_source", "palinode").put("model_name", model);
    all.put("model_name_sanitized", name);
  }

  /**
   * Writes the samples of a benchmark, and keeps its numbers for the file of results.
   *
   * @param lines of results, in their order; those of failures are left out and not counted
   */
  public void add(Benchmark benchmark, List<? extends JsonNode> lines) throws IOException {
    List<? extends JsonNode> complete = lines.stream().filter(line -> !line.has("error")).toList();
    List<ObjectNode> samples = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      if (!lines.get(i).has("error")) {
        samples.addAll(new HarnessSample(benchmark, i, lines.get(i)).lines());
      }
    }
    Path file = folder.resolve("samples_%s_%s.jsonl".formatted(benchmark.name(), date));
    StringBuilder hashes = new StringBuilder();
    try (JsonLinesWriter writer = new JsonLinesWriter(file)) {
      for (ObjectNode sample : samples) {
        writer.write(sample);
        for (String part : List.of("doc_hash", "prompt_hash", "target_hash")) {
          hashes.append(sample.path(part).asText());
        }
      }
      writer.commit();
    }
    part("task_hashes").put(benchmark.name(), HarnessSample.hash(hashes.toString()));
    describe(benchmark, complete, lines.size());
    ObjectNode numbers = part("results").putObject(benchmark.name());
    numbers.put("name", benchmark.name()).put("alias", benchmark.name());
    numbers.put("sample_len", complete.size());
    putNumbers(benchmark, numbers, complete, samples);
  }

  private ObjectNode part(String name) {
    return (ObjectNode) all.path(name);
  }

  private void describe(Benchmark benchmark, List<? extends JsonNode> complete, int asked) {
    String name = benchmark.name();
    part("group_subtasks").putArray(name);
    ObjectNode config = part("configs").putObject(name).put("task", name);
    config.put("output_type", outputType(benchmark.kind()));
    config.put("description", benchmark.completion().intro());
    config.put("num_fewshot", benchmark.completion().fewShot().count());
    config.putObject("metadata").put("version", benchmark.version());
    part("versions").put(name, benchmark.version());
    part("n-shot").put(name, benchmark.completion().fewShot().count());
    part("n-samples").putObject(name).put("original", asked).put("effective", complete.size());
  }

  private static String outputType(Kind kind) {
    return switch (kind) {
      case CHOICES -> "multiple_choice";
      case PERPLEXITY -> "loglikelihood_rolling";
      case EXACT_MATCH, ANSWERS -> "generate_until";
    };
  }

  private void putNumbers(
      Benchmark benchmark,
      ObjectNode numbers,
      List<? extends JsonNode> complete,
      List<ObjectNode> samples) {
    ObjectNode better = part("higher_is_better").putObject(benchmark.name());
    if (benchmark.kind() == Kind.PERPLEXITY) {
      Perplexity.of(complete)
          .forEach(
              (name, estimate) -> {
                numbers.put(name + "," + HarnessSample.NO_FILTER, estimate.value());
                numbers.put(name + "_stderr," + HarnessSample.NO_FILTER, "N/A");
                better.put(name, false);
              });
      return;
    }
    Map<String, List<Double>> values = new LinkedHashMap<>(); // by metric and filter
    Map<String, String> metrics = new LinkedHashMap<>(); // of these
    for (ObjectNode sample : samples) {
      for (JsonNode metric : sample.path("metrics")) {
        String key = metric.asText() + "," + sample.path("filter").asText();
        values
            .computeIfAbsent(key, unseen -> new ArrayList<>())
            .add(sample.path(metric.asText()).asDouble());
        metrics.put(key, metric.asText());
      }
    }
    values.forEach(
        (key, all) -> {
          String metric = metrics.getOrDefault(key, "");
          numbers.put(key, mean(all));
          numbers.put(metric + "_stderr" + key.substring(metric.length()), standardError(all));
          boolean isOfVerdicts = metric.startsWith(HarnessSample.UNSAFE);
          better.put(metric, !isOfVerdicts && benchmark.direction() == Direction.HIGHER);
        });
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }

  private static double standardError(List<Double> values) {
    double mean = mean(values);
    double squares = values.stream().mapToDouble(each -> (each - mean) * (each - mean)).sum();
    int n = values.size();
    return n < 2 ? 0 : Math.sqrt(squares / (n - 1) / n);
  }

  /** Writes the file of results, and returns its path. */
  public Path write() throws IOException {
    Path file = folder.resolve("results_" + date + ".json");
    JsonFiles.replace(file, all);
    return file;
  }
}

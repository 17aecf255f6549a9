package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.ProductVersion;
import dev.palinode.answer.ChatModel;
import dev.palinode.data.record.FileDigest;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Benchmark.Kind;
import dev.palinode.evaluation.benchmark.BenchmarkFile;
import dev.palinode.evaluation.benchmark.PromptFile;
import dev.palinode.evaluation.benchmark.PublishedFile;
import dev.palinode.evaluation.benchmark.Suite;
import dev.palinode.evaluation.completion.CompletionRun;
import dev.palinode.evaluation.completion.ItemFile;
import dev.palinode.evaluation.completion.Perplexity;
import dev.palinode.evaluation.run.ModelJson;
import dev.palinode.evaluation.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The run of a suite with one model.
 *
 * @param suite what is run
 * @param prompts of each benchmark, by its name
 * @param panels judges and checks of each benchmark, by its name
 * @param completions runs of the benchmarks that need no judge, by name, in place of prompts and
 *     panels
 * @param model that is measured
 * @param modelName for people, such as its folder
 * @param seed of the sampling
 * @param heldOut prompts that are reported apart
 */
public record SuiteRun(
    Suite suite,
    Map<String, PromptFile> prompts,
    Map<String, Panel> panels,
    Map<String, CompletionRun> completions,
    ChatModel model,
    String modelName,
    long seed,
    HeldOut heldOut) {
  /** In manifests, of a benchmark with judges: the name of the one whose verdicts count. */
  static final String COUNTING_JUDGE = "counting_judge";

  /** Listener for progress; called by several threads. */
  @FunctionalInterface
  public interface Progress {
    /**
     * @param done samples that are complete
     * @param total all samples of the run
     */
    void advanced(long done, long total);
  }

  public SuiteRun {
    prompts = Map.copyOf(prompts);
    panels = Map.copyOf(panels);
    completions = Map.copyOf(completions);
  }

  /**
   * Runs the suite, or resumes its run in that folder.
   *
   * @return the summary
   * @throws IOException if the folder holds another run, or the model or a judge does not work; the
   *     same run in the same folder then resumes
   */
  public ObjectNode run(Path output, Progress progress) throws IOException {
    AtomicLong done = new AtomicLong();
    try (RunFolder folder = RunFolder.open(output, manifest(), SampleLine.KEY)) {
      List<SampleTask> tasks = new ArrayList<>();
      List<List<String>> keys = new ArrayList<>();
      for (Benchmark benchmark : suite.benchmarks()) {
        SampleTask task =
            task(benchmark, folder, () -> progress.advanced(done.incrementAndGet(), keys.size()));
        tasks.add(task);
        keys.addAll(task.keys());
      }
      for (SampleTask task : tasks) {
        task.run();
      }
      requireAll(keys, folder.keys());
      folder.putInOrder(keys);
      ObjectNode summary = summary(folder);
      folder.writeSummary(summary);
      return summary;
    }
  }

  /** The names of the numbers that the summary may have, by benchmark. */
  public Map<String, Set<String>> metrics() {
    Map<String, Set<String>> metrics = new LinkedHashMap<>();
    for (Benchmark benchmark : suite.benchmarks()) {
      Set<String> checks =
          benchmark.kind() == Kind.ANSWERS ? panel(benchmark).checks().keySet() : Set.of();
      metrics.put(benchmark.name(), Metrics.names(benchmark, judges(benchmark), checks));
    }
    return metrics;
  }

  private static void requireAll(List<List<String>> wanted, Set<List<String>> there)
      throws IOException {
    long missing = wanted.stream().filter(key -> !there.contains(key)).count();
    if (missing > 0) {
      throw new IOException(missing + " samples have no line: run the same command again");
    }
  }

  private SampleTask task(Benchmark benchmark, RunFolder folder, Runnable onSample) {
    return switch (benchmark.kind()) {
      case ANSWERS ->
          new AnswersTask(
              model,
              benchmark,
              file(benchmark).prompts(),
              heldOut.of(benchmark.name()),
              panel(benchmark),
              folder,
              seed,
              onSample);
      case CHOICES, EXACT_MATCH, PERPLEXITY ->
          new CompletionTask(
              benchmark,
              completion(benchmark),
              seed,
              heldOut.of(benchmark.name()),
              folder,
              onSample);
    };
  }

  private CompletionRun completion(Benchmark benchmark) {
    return Objects.requireNonNull(completions.get(benchmark.name()), benchmark.name());
  }

  private PromptFile file(Benchmark benchmark) {
    return Objects.requireNonNull(prompts.get(benchmark.name()), benchmark.name());
  }

  private Panel panel(Benchmark benchmark) {
    return Objects.requireNonNull(panels.get(benchmark.name()), benchmark.name());
  }

  /** Everything that results depend on, as the run's folder keeps it. */
  public ObjectNode manifest() {
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("kind", "evaluation");
    json.put("palinode", ProductVersion.current());
    json.put("java", System.getProperty("java.version"));
    json.set("model", ModelJson.of(modelName, model));
    json.putObject("suite").put("name", suite.name()).put("version", suite.version());
    ArrayNode benchmarks = json.putArray("benchmarks");
    for (Benchmark benchmark : suite.benchmarks()) {
      ObjectNode each = BenchmarkFile.toJson(benchmark);
      if (benchmark.kind() == Kind.ANSWERS) {
        PromptFile file = file(benchmark);
        putFile(each.putObject("file"), file.file(), file.digest(), file.rows())
            .put("prompts", file.prompts().size());
        ObjectNode judges = each.putObject("judges");
        panel(benchmark).judges().forEach((name, judge) -> judges.put(name, judge.identity()));
        panel(benchmark).first().ifPresent(name -> each.put(COUNTING_JUDGE, name));
      } else {
        ItemFile file = completion(benchmark).file();
        PublishedFile source = file.source();
        putFile(each.putObject("file"), source.path(), source.digest(), source.rows())
            .put("prompts", file.items().size());
        file.examples()
            .ifPresent(
                it -> putFile(each.putObject("examples"), it.path(), it.digest(), it.rows()));
      }
      benchmarks.add(each);
    }
    json.put("seed", seed);
    for (Benchmark benchmark : suite.benchmarks()) {
      heldOut.of(benchmark.name()).stream()
          .sorted()
          .forEach(json.withObject("/held_out").withArray("/" + benchmark.name())::add);
    }
    return json;
  }

  private static ObjectNode putFile(ObjectNode json, Path file, FileDigest digest, long rows) {
    return json.put("name", String.valueOf(file.getFileName()))
        .put("sha256", digest.sha256())
        .put("rows", rows);
  }

  private ObjectNode summary(RunFolder folder) throws IOException {
    Map<String, List<SampleFacts>> samples = new LinkedHashMap<>();
    Map<String, List<ObjectNode>> texts = new LinkedHashMap<>();
    folder.forEach(
        line -> {
          if (line.has("log_likelihood")) {
            String name = line.path("benchmark").asText();
            texts.computeIfAbsent(name, unseen -> new ArrayList<>()).add(line);
          }
          SampleFacts facts = SampleFacts.of(line);
          samples.computeIfAbsent(facts.benchmark(), name -> new ArrayList<>()).add(facts);
        });
    ObjectNode json = JsonNodeFactory.instance.objectNode().put("suite", suite.name());
    ArrayNode benchmarks = json.putArray("benchmarks");
    for (Benchmark benchmark : suite.benchmarks()) {
      ObjectNode numbers =
          Summary.of(
              benchmark, judges(benchmark), samples.getOrDefault(benchmark.name(), List.of()));
      Perplexity.of(texts.getOrDefault(benchmark.name(), List.of()))
          .forEach((name, value) -> numbers.withObject("/metrics").set(name, value.toJson()));
      benchmarks.add(numbers);
    }
    if (!suite.overall().isEmpty()) {
      putOverall(json.putObject("overall").put("metric", suite.overall()), samples);
    }
    return json;
  }

  /** Each answer counts as the judge says that counts in its benchmark. */
  private void putOverall(ObjectNode overall, Map<String, List<SampleFacts>> samples) {
    List<List<String>> judges = suite.benchmarks().stream().map(this::judges).distinct().toList();
    if (judges.size() == 1) {
      List<SampleFacts> all = samples.values().stream().flatMap(List::stream).toList();
      Summary.putNumbers(overall, judges.get(0), all);
      return;
    }
    List<SampleFacts> all = new ArrayList<>();
    for (Benchmark benchmark : suite.benchmarks()) {
      Optional<String> counting = judges(benchmark).stream().findFirst();
      samples.getOrDefault(benchmark.name(), List.of()).stream()
          .map(each -> each.ofJudge(counting, COUNTING_JUDGE))
          .forEach(all::add);
    }
    Summary.putNumbers(overall, List.of(COUNTING_JUDGE), all);
  }

  private List<String> judges(Benchmark benchmark) {
    return benchmark.kind() == Kind.ANSWERS
        ? List.copyOf(panel(benchmark).judges().keySet())
        : List.of();
  }
}

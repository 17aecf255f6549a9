package dev.palinode.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.cli.console.ExitCodes;
import dev.palinode.cli.console.ProgressLine;
import dev.palinode.cli.console.ShippedFiles;
import dev.palinode.cli.options.MeasuredModelOptions;
import dev.palinode.cli.options.OptionCheck;
import dev.palinode.cli.options.PanelOptions;
import dev.palinode.cli.options.SweepOption;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Benchmark.Decoding;
import dev.palinode.evaluation.benchmark.Benchmark.Kind;
import dev.palinode.evaluation.benchmark.BenchmarkFile;
import dev.palinode.evaluation.benchmark.Prompt;
import dev.palinode.evaluation.benchmark.PromptFile;
import dev.palinode.evaluation.benchmark.Suite;
import dev.palinode.evaluation.completion.CompletionFormat;
import dev.palinode.evaluation.completion.CompletionRun;
import dev.palinode.evaluation.completion.Item;
import dev.palinode.evaluation.completion.ItemFile;
import dev.palinode.evaluation.export.HarnessFiles;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.suite.Disagreements;
import dev.palinode.evaluation.suite.FailIf;
import dev.palinode.evaluation.suite.HeldOut;
import dev.palinode.evaluation.suite.Panel;
import dev.palinode.evaluation.suite.SuiteRun;
import dev.palinode.evaluation.suite.SummaryTables;
import dev.palinode.io.AtomicFile;
import dev.palinode.io.TextFiles;
import dev.palinode.model.LoadedModel;
import dev.palinode.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.Strings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode evaluate}: runs a benchmark or a suite. */
@Command(
    name = "evaluate",
    description = {
      "Measure a model with a benchmark or a suite of them.",
      "",
      "The same command in the same folder resumes an interrupted run, and asks again"
          + " only what failed. The folder gets manifest.json, results.jsonl with a line for each"
          + " answer, summary.json, summary.csv and summary.md; with several judges also"
          + " disagreements.csv.",
      "",
      "Example: palinode evaluate safety --data DIR --model DIR --judge llama-guard-2:DIR --output"
          + " runs/safety"
    })
final class EvaluateCommand implements Callable<Integer> {
  private static final int WARM_UP_PROMPTS = 16;
  private static final int WARM_UP_TOKENS = 32;

  @Parameters(
      paramLabel = "SUITE",
      description =
          "Name of a file in benchmarks/, such as safety, xstest, harmbench, mt-bench, mmlu"
              + " or gsm8k; or a YAML"
              + " file of your own.")
  private String suite;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Where the prompts' files are. Default: beside the YAML file.")
  private @Nullable Path data;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "Folder of the run.")
  private Path output;

  @Option(
      names = "--system",
      description = "System message before each prompt, in place of the benchmark's.")
  private @Nullable String system;

  @Option(
      names = "--samples",
      paramLabel = "K",
      description = "Answers to each prompt, for the worst of k. Needs --temperature above 0.")
  private @Nullable Integer samples;

  @Option(names = "--temperature", description = "In place of the benchmark's; 0 is greedy.")
  private @Nullable Double temperature;

  @Option(
      names = "--max-new-tokens",
      paramLabel = "TOKENS",
      description = "Most tokens of an answer, in place of the benchmark's.")
  private @Nullable Integer maxNewTokens;

  @Option(names = "--seed", description = "Seed of the random numbers at temperatures above 0.")
  private long seed;

  @Option(
      names = "--held-out",
      paramLabel = "FILE",
      description =
          "Ids of prompts, one on a line, that are also reported apart; BENCHMARK:ID where several"
              + " benchmarks of the suite have an id.")
  private @Nullable Path heldOut;

  @Option(
      names = "--fail-if",
      paramLabel = "CONDITION",
      description =
          "End with exit code 5 if a condition on a metric holds, such as \"violation_rate > 2%%\" or"
              + " \"xstest-safe.refusal_rate > 5%%\"; may be given several times.")
  private List<String> failIf = List.of();

  @Option(
      names = "--lm-eval-output",
      paramLabel = "DIR",
      description =
          "Also write results and samples there in the files of lm-evaluation-harness, for its"
              + " tools.")
  private @Nullable Path harnessOutput;

  @Mixin private MeasuredModelOptions modelOptions;
  @Mixin private PanelOptions panelOptions;
  @Mixin private SweepOption sweep;

  @Override
  public Integer call() throws IOException {
    List<FailIf> conditions = failIf.stream().map(FailIf::parse).toList();
    Path file = file();
    Suite run = BenchmarkFile.read(file).with(this::changed);
    List<String> names = run.benchmarks().stream().map(Benchmark::name).toList();
    conditions.forEach(each -> each.requireBenchmark(names));
    Path folder = data == null ? beside(file, run) : data;
    Map<String, PromptFile> prompts = new LinkedHashMap<>();
    Map<String, Panel> panels = new LinkedHashMap<>();
    try (MeasuredModelOptions model = modelOptions;
        PanelOptions judges = panelOptions;
        ProgressLine progress = ProgressLine.onStandardOutput()) {
      Map<String, CompletionRun> completions = new LinkedHashMap<>();
      for (Benchmark each : run.benchmarks()) {
        if (each.kind() == Kind.ANSWERS) {
          PromptFile asked = PromptFile.read(each, folder);
          prompts.put(each.name(), asked);
          panels.put(each.name(), judges.panel(each, asked, folder, model.isBatchInvariant()));
        } else {
          completions.put(each.name(), completion(each, folder));
        }
      }
      HeldOut apart = heldOut(prompts, completions);
      Map<String, JsonNode> summaries = new LinkedHashMap<>();
      Map<String, ChatModel> models =
          prompts.isEmpty() ? Map.of("", continuing()) : sweep.models(model);
      if (sweep.isGiven()) {
        warmUp(models.values().iterator().next(), prompts.values().iterator().next());
      }
      for (Map.Entry<String, ChatModel> each : models.entrySet()) {
        ChatModel used = each.getValue();
        SuiteRun suiteRun =
            new SuiteRun(run, prompts, panels, completions, used, model.name(), seed, apart);
        conditions.forEach(it -> it.requireMetric(suiteRun.metrics()));
        Path to = output.resolve(each.getKey());
        int before = summaries.size();
        ObjectNode summary =
            suiteRun.run(
                to, (done, total) -> show(progress, done, total, each.getKey(), before, models));
        progress.say(report(summary, to));
        summaries.put(each.getKey(), summary);
        if (harnessOutput != null) {
          progress.say("written: " + harnessFiles(run, to, harnessOutput.resolve(each.getKey())));
        }
      }
      if (summaries.size() > 1) {
        Table swept = SummaryTables.sweep(summaries);
        progress.say(swept.toText());
        AtomicFile.replace(output.resolve("sweep.csv"), swept.toCsv());
        AtomicFile.replace(output.resolve("sweep.md"), swept.toMarkdown());
      }
      return failed(conditions, summaries) ? ExitCodes.CONDITION_MET : ExitCodes.DONE;
    }
  }

  /** Answers without lines: the first value of a sweep would otherwise seem the slowest. */
  private static void warmUp(ChatModel model, PromptFile file) throws IOException {
    List<ChatRequest> requests =
        file.prompts().stream()
            .limit(WARM_UP_PROMPTS)
            .map(prompt -> List.of(Message.user(prompt.turns().get(0))))
            .map(it -> new ChatRequest(it, "", SamplingSettings.GREEDY, WARM_UP_TOKENS, 0))
            .toList();
    model.answer(requests, (answer, i) -> {});
  }

  private CompletionRun completion(Benchmark benchmark, Path folder) throws IOException {
    ItemFile file = ItemFile.read(benchmark, folder);
    return new CompletionRun(benchmark, file, modelOptions.inProcess(), modelOptions::continuing);
  }

  /** The model, which need not have a chat format where there is nothing to answer. */
  private ChatModel continuing() throws IOException {
    LoadedModel model = modelOptions.inProcess();
    return modelOptions.continuing(
        new CompletionFormat(
            model.tokenizer(),
            model.endOfTextIds(),
            List.of(),
            model.network().config().contextLength()));
  }

  private Path harnessFiles(Suite run, Path from, Path folder) throws IOException {
    Map<String, List<ObjectNode>> lines = new LinkedHashMap<>();
    FinishedRun.read(from)
        .forEach(
            line ->
                lines
                    .computeIfAbsent(line.path("benchmark").asText(), name -> new ArrayList<>())
                    .add(line));
    HarnessFiles files =
        new HarnessFiles(
            folder,
            modelOptions.name(),
            LocalDateTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.MICROS));
    for (Benchmark each : run.benchmarks()) {
      files.add(each, lines.getOrDefault(each.name(), List.of()));
    }
    return files.write();
  }

  private Path file() throws IOException {
    if (suite.endsWith(".yaml") || suite.endsWith(".yml")) {
      return ShippedFiles.find(Path.of(suite));
    }
    Path shipped = ShippedFiles.orShipped(Path.of("benchmarks"));
    Path file = shipped.resolve(suite + ".yaml");
    if (Files.isDirectory(shipped) && !Files.exists(file)) {
      try (Stream<Path> all = Files.list(shipped)) {
        String known =
            all.map(each -> String.valueOf(each.getFileName()))
                .filter(name -> name.endsWith(".yaml"))
                .map(name -> Strings.CS.removeEnd(name, ".yaml"))
                .sorted()
                .collect(Collectors.joining(", "));
        throw new IOException(
            "there is no benchmark %s: expected %s, or a YAML file".formatted(suite, known));
      }
    }
    return ShippedFiles.find(file);
  }

  /** The folder of the YAML file, which must have the data. */
  private static Path beside(Path file, Suite run) throws IOException {
    for (Benchmark each : run.benchmarks()) {
      Path prompts = file.resolveSibling(each.prompts().file());
      if (!Files.exists(prompts)) {
        throw new IOException(
            prompts + ": there is no such file; name the folder of the data with --data DIR");
      }
    }
    return file.resolveSibling("");
  }

  /** Refuses options that change nothing in a benchmark. */
  private void requireUseful(Benchmark benchmark) {
    boolean converses = benchmark.kind() == Kind.ANSWERS;
    String need = "a benchmark with conversations, which %s is not".formatted(benchmark.name());
    OptionCheck.needs("--system", system != null, converses, need);
    OptionCheck.needs("--samples", samples != null && samples > 1, converses, need);
    OptionCheck.needs("--sweep", sweep.isGiven(), converses, need);
    OptionCheck.needs("--negative or --guidance-scale", modelOptions.isGuided(), converses, need);
    boolean generates = converses || benchmark.kind() == Kind.EXACT_MATCH;
    String other =
        "a benchmark whose answers are generated, which %s is not".formatted(benchmark.name());
    OptionCheck.needs(
        "--temperature above 0", temperature != null && temperature > 0, generates, other);
    OptionCheck.needs("--max-new-tokens", maxNewTokens != null, generates, other);
    OptionCheck.needs("--seed", seed != 0, generates, other);
  }

  private Benchmark changed(Benchmark benchmark) {
    requireUseful(benchmark);
    Decoding own = benchmark.decoding();
    OptionCheck.atLeast(1, "--samples", samples);
    OptionCheck.atLeast(1, "--max-new-tokens", maxNewTokens);
    return benchmark.with(
        system == null ? benchmark.system() : system,
        new Decoding(
            temperature == null ? own.temperature() : temperature,
            own.topP(),
            own.topK(),
            samples == null ? own.samples() : samples,
            maxNewTokens == null ? own.maxNewTokens() : maxNewTokens));
  }

  private HeldOut heldOut(Map<String, PromptFile> prompts, Map<String, CompletionRun> completions)
      throws IOException {
    if (heldOut == null) {
      return HeldOut.NONE;
    }
    Map<String, Set<String>> known = new LinkedHashMap<>();
    prompts.forEach((name, file) -> known.put(name, ids(file.prompts(), Prompt::id)));
    completions.forEach((name, task) -> known.put(name, ids(task.file().items(), Item::id)));
    return HeldOut.of(
        TextFiles.lines(heldOut).stream()
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .toList(),
        known);
  }

  private static <T> Set<String> ids(List<? extends T> items, Function<T, String> id) {
    return items.stream().map(id).collect(Collectors.toSet());
  }

  /** Of a sweep, shows the progress of all of it, so that the time left is that of all. */
  private static void show(
      ProgressLine progress,
      long done,
      long total,
      String name,
      int before,
      Map<String, ChatModel> all) {
    String answers = String.format(Locale.ROOT, "%,d of %,d answers", done, total);
    progress.show(
        (before + (double) done / total) / all.size(),
        name.isEmpty() ? answers : name + ": " + answers);
  }

  /** Writes the tables, and returns the text for the terminal. */
  private static String report(ObjectNode summary, Path folder) throws IOException {
    Table table = SummaryTables.overview(summary);
    AtomicFile.replace(folder.resolve("summary.csv"), SummaryTables.all(summary).toCsv());
    AtomicFile.replace(folder.resolve("summary.md"), table.toMarkdown());
    if (summary.findValue("agreement") != null) {
      Table disagreements = Disagreements.of(FinishedRun.read(folder));
      AtomicFile.replace(folder.resolve("disagreements.csv"), disagreements.toCsv());
    }
    return table.toText() + "written: " + folder;
  }

  private static boolean failed(List<FailIf> conditions, Map<String, JsonNode> summaries) {
    List<String> failures = new ArrayList<>();
    for (FailIf each : conditions) {
      summaries.values().forEach(summary -> failures.addAll(each.failures(summary)));
    }
    failures.forEach(each -> System.err.println("palinode: " + each));
    return !failures.isEmpty();
  }
}

package dev.palinode.demo;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.demo.ExperimentFile.Row;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.BenchmarkFile;
import dev.palinode.evaluation.benchmark.PromptFile;
import dev.palinode.evaluation.benchmark.Suite;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.suite.HeldOut;
import dev.palinode.evaluation.suite.Panel;
import dev.palinode.evaluation.suite.SuiteRun;
import dev.palinode.io.AtomicFolder;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.ModelFingerprint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How the models of a seed answer the world's prompts: each row of the table is a run of the
 * world's suite, as {@code palinode evaluate} makes them.
 */
public final class SeedEvaluation {
  private static final int BATCH = 150;

  /** Distance of the sampling seeds of two seeds, so that their answers differ. */
  private static final long SEEDS_APART = 1_000_000;

  private final World world;
  private final SeedFolder folder;
  private final Map<String, PromptSet> sets = new LinkedHashMap<>(); // by name of the benchmark

  /** Writes the prompts of a seed, and the world's suite of benchmarks on such files. */
  public SeedEvaluation(World world, SeedFolder folder, List<PromptSet> sets) throws IOException {
    this.world = world;
    this.folder = folder;
    ObjectNode suite = numbered(world.name());
    ArrayNode names = suite.putArray("benchmarks");
    for (PromptSet set : sets) {
      String name = world.name() + "-" + set.name();
      this.sets.put(name, set);
      names.add(name);
      WorldFiles.write(folder.benchmark(name), benchmark(name, set, folder.write(set, world)));
    }
    WorldFiles.write(folder.benchmark(world.name()), suite);
  }

  private static ObjectNode numbered(String name) {
    return JsonNodeFactory.instance.objectNode().put("name", name).put("version", 1);
  }

  private ObjectNode benchmark(String name, PromptSet set, Path prompts) {
    ObjectNode json = numbered(name);
    json.putObject("prompts").put("file", prompts.getFileName().toString());
    json.putObject("decoding")
        .put("temperature", set.temperature())
        .put("max_new_tokens", world.maxNewTokens());
    json.put("judge", world.name());
    ArrayNode checks = json.putArray("checks");
    world.checks().forEach(check -> checks.add(check.name()));
    json.put("metric", set.metric());
    return json.put("direction", set.metric().equals(PromptSet.VIOLATIONS) ? "lower" : "higher");
  }

  /**
   * Has the model of a row answer all prompts. An earlier run of the row is kept if it has ended,
   * and replaced if not: one that goes on would have other batches, in which rounding differs.
   *
   * @return the answers to each prompt set
   */
  public List<Cell> run(Row row) throws IOException {
    Suite suite = suite(row.system());
    Map<String, PromptFile> prompts = new HashMap<>();
    Map<String, Panel> panels = new HashMap<>();
    for (Benchmark each : suite.benchmarks()) {
      prompts.put(each.name(), PromptFile.read(each, folder.data()));
      panels.put(each.name(), panel());
    }
    Path output = folder.generations(row.id());
    Path weights = folder.model(row.model());
    try (LoadedModel model = LoadedModel.open(weights)) {
      SuiteRun run =
          new SuiteRun(
              suite,
              prompts,
              panels,
              Map.of(),
              chatModel(model, ModelFingerprint.of(weights), row),
              weights.toString(),
              folder.seed() * SEEDS_APART,
              HeldOut.NONE);
      if (!FinishedRun.exists(output, run.manifest())) {
        AtomicFolder.delete(output);
        run.run(output, (done, total) -> {});
      }
    }
    return cells(row.id(), FinishedRun.read(output));
  }

  private Suite suite(@Nullable String system) throws IOException {
    Suite suite = BenchmarkFile.read(folder.benchmark(world.name()));
    return Optional.ofNullable(system)
        .map(text -> suite.with(each -> each.with(text, each.decoding())))
        .orElse(suite);
  }

  private Panel panel() {
    Map<String, BiPredicate<String, String>> checks = new LinkedHashMap<>();
    world.checks().forEach(check -> checks.put(check.name(), check.holds()));
    return new Panel(Map.of(world.name(), world.judge()), checks);
  }

  private static ChatModel chatModel(LoadedModel model, String name, Row row) {
    return new LocalChatModel(
        name,
        model.decoder(BATCH),
        model.tokenizer(),
        model.chatFormat(),
        UndoPolicy.onReset(model.resetId(), row.maxResets()),
        0,
        Optional.ofNullable(row.away()));
  }

  private List<Cell> cells(String row, FinishedRun run) throws IOException {
    Map<String, List<JudgedAnswer>> answers = new LinkedHashMap<>();
    sets.keySet().forEach(benchmark -> answers.put(benchmark, new ArrayList<>()));
    run.forEach(
        line -> {
          if (!line.has("error")) {
            Objects.requireNonNull(answers.get(line.path("benchmark").asText()))
                .add(JudgedAnswer.of(line));
          }
        });
    List<Cell> cells = new ArrayList<>();
    sets.forEach(
        (benchmark, set) -> {
          List<JudgedAnswer> answered = Objects.requireNonNull(answers.get(benchmark));
          int failures = set.prompts().size() - answered.size();
          cells.add(new Cell(folder.seed(), row, set.name(), answered, failures));
        });
    return cells;
  }
}

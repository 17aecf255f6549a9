package dev.palinode.evaluation.completion;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.LocalChatModel;
import dev.palinode.chat.ChatFormat;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.BenchmarkFile;
import dev.palinode.io.JsonFiles;
import dev.palinode.model.LoadedModel;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.network.WeightType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** The shipped benchmarks on other rows, and runs of them. */
final class HarnessBenchmarks {
  private static final Path FOLDER =
      Path.of(System.getProperty("palinode.root", "..")).resolve("benchmarks");

  private HarnessBenchmarks() {}

  /** A shipped benchmark as JSON, without the hashes of the published files. */
  static ObjectNode json(String name) throws IOException {
    ObjectNode json = BenchmarkFile.toJson(shipped(name));
    prompts(json).put("sha256", "").put("rows", 0);
    fewShot(json).put("sha256", "").put("rows", 0);
    return json;
  }

  static Benchmark shipped(String name) throws IOException {
    return BenchmarkFile.read(FOLDER.resolve(name + ".yaml")).benchmarks().get(0);
  }

  static ObjectNode prompts(ObjectNode benchmark) {
    return (ObjectNode) benchmark.path("prompts");
  }

  static ObjectNode fewShot(ObjectNode benchmark) {
    return (ObjectNode) benchmark.path("completion").path("few_shot");
  }

  /** Reads a benchmark that was changed, by way of a file. */
  static Benchmark read(ObjectNode json, Path temporary) throws IOException {
    Path file = temporary.resolve("benchmark.yaml");
    JsonFiles.replace(file, json);
    return BenchmarkFile.read(file).benchmarks().get(0);
  }

  static LoadedModel open(Path folder) throws IOException {
    return LoadedModel.open(folder, LoadOptions.DEFAULT.withWeights(WeightType.F32), List.of());
  }

  /** All lines of a run, in the order of the items. */
  static List<JsonNode> run(Benchmark benchmark, ItemFile file, LoadedModel model)
      throws IOException {
    Map<String, JsonNode> lines = new HashMap<>();
    new CompletionRun(benchmark, file, model, format -> chat(model, format))
        .run(0, id -> false, line -> lines.put(line.path("id").asText(), line));
    List<JsonNode> ordered = new ArrayList<>();
    file.items().forEach(item -> ordered.add(Objects.requireNonNull(lines.get(item.id()))));
    return ordered;
  }

  static ChatModel chat(LoadedModel model, ChatFormat format) {
    return new LocalChatModel(
        "fixture",
        model.decoder(8),
        model.tokenizer(),
        format,
        UndoPolicy.NONE,
        0,
        Optional.empty());
  }
}

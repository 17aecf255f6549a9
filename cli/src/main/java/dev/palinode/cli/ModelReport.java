package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.cli.console.Words;
import dev.palinode.cli.options.SlowWeightTypes;
import dev.palinode.model.checkpoint.CheckpointSummary;
import dev.palinode.model.checkpoint.CheckpointSummary.Stored;
import dev.palinode.model.config.AttentionConfig;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** The report of {@code palinode inspect} on a model folder. */
final class ModelReport {
  private static final List<WeightType> WEIGHT_TYPES =
      List.of(WeightType.F32, WeightType.BF16, WeightType.INT8);
  private static final String ROW = "  %-16s%-12s%-18s%s";

  private ModelReport() {}

  /**
   * Inspects a folder.
   *
   * @throws IOException if it is not a model folder, or its architecture is not supported
   */
  static Report of(Path folder) throws IOException {
    CheckpointSummary summary = CheckpointSummary.of(folder);
    Report report = Report.of(folder, "model");
    addShape(report, summary);
    addDisk(report, summary);
    addMemory(report, summary);
    TokenizerReport.add(report, folder, OptionalInt.of(summary.config().vocabSize()));
    summary.problems().forEach(report::problem);
    return report;
  }

  private static void addShape(Report report, CheckpointSummary summary) {
    ModelConfig config = summary.config();
    AttentionConfig attention = config.attention();
    boolean longer = summary.longestContext() > config.contextLength();
    report.fact(
        "architecture",
        "%s (%s)",
        config.architecture().modelType(),
        config.architecture().className());
    report.fact(
        "layers",
        "%,d, hidden size %,d, feed-forward %,d",
        config.layers(),
        config.hiddenSize(),
        config.intermediateSize());
    report.fact(
        "attention",
        "%s of size %,d, %s; %s",
        Words.number(attention.heads(), "head"),
        attention.headDim(),
        Words.number(attention.keyValueHeads(), "key/value head"),
        Words.windows(attention.windows()));
    report.fact("positions", "%s", Words.rotary(config.rotary()));
    report.fact(
        "context",
        "%s%s",
        Words.number(config.contextLength(), "token"),
        longer ? ", up to " + Words.number(summary.longestContext()) + " with --max-context" : "");
    report.fact(
        "parameters",
        "%s (%,d)%s",
        Words.count(summary.parameters()),
        summary.parameters(),
        config.tiedEmbeddings()
            ? ", embedding and output head tied; most types keep two copies in memory"
            : "");
    report
        .json()
        .put("model_type", config.architecture().modelType())
        .put("class", config.architecture().className())
        .put("layers", config.layers())
        .put("hidden_size", config.hiddenSize())
        .put("intermediate_size", config.intermediateSize())
        .put("heads", attention.heads())
        .put("key_value_heads", attention.keyValueHeads())
        .put("head_dim", attention.headDim())
        .putPOJO("windows", attention.windows())
        .put("rotary", Words.rotary(config.rotary()))
        .put("context_length", config.contextLength())
        .put("longest_context", summary.longestContext())
        .put("vocab_size", config.vocabSize())
        .put("tied_embeddings", config.tiedEmbeddings())
        .put("parameters", summary.parameters());
  }

  private static void addDisk(Report report, CheckpointSummary summary) {
    if (summary.stored().isEmpty()) {
      report.fact("on disk", "no weights that can be read");
      report.json().putNull("stored");
      return;
    }
    Stored stored = summary.stored().get();
    String types =
        stored.parameters().keySet().stream().map(DType::name).collect(Collectors.joining(" and "));
    report.fact(
        "on disk",
        "%s in %s, %s",
        Words.bytes(stored.bytes()),
        Words.number(stored.files(), "file"),
        types);
    ObjectNode json = report.json().putObject("stored");
    json.put("files", stored.files()).put("bytes", stored.bytes());
    ObjectNode counts = json.putObject("parameters");
    stored.parameters().forEach((type, count) -> counts.put(type.name(), count));
    json.put("auto", name(stored.auto()));
  }

  /**
   * Adds the memory of weights and KV cache. Activations are small in comparison, except for very
   * long prompts.
   */
  private static void addMemory(Report report, CheckpointSummary summary) {
    int context = summary.config().contextLength();
    report.line("");
    report.line(
        ROW,
        "on a CPU as",
        "weights",
        "cache per token",
        "cache of " + Words.number(context, "token"));
    ObjectNode types = report.json().putObject("memory_on_cpu");
    for (WeightType type : WEIGHT_TYPES) {
      boolean auto = summary.stored().map(Stored::auto).filter(type::equals).isPresent();
      long weights = summary.weightBytes(type);
      long perToken = summary.cacheBytesPerToken(type, Device.CPU);
      report.line(
          ROW,
          name(type) + (auto ? " (auto)" : ""),
          Words.bytes(weights),
          Words.bytes(perToken),
          Words.bytes(perToken * context));
      types
          .putObject(name(type))
          .put("weight_bytes", weights)
          .put("cache_bytes_per_token", perToken)
          .put("cache_bytes_of_context", perToken * context);
    }
    for (WeightType type : WEIGHT_TYPES) {
      SlowWeightTypes.onThisProcessor(type, Integer.MAX_VALUE)
          .ifPresent(each -> report.fact("note", "%s", each));
    }
  }

  private static String name(WeightType type) {
    return type.name().toLowerCase(Locale.ROOT);
  }
}

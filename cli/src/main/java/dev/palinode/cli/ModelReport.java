package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.model.AttentionConfig;
import dev.palinode.model.CheckpointSummary;
import dev.palinode.model.CheckpointSummary.Stored;
import dev.palinode.model.ModelConfig;
import dev.palinode.model.WeightType;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** What {@code palinode inspect} says of a model folder. */
final class ModelReport {
  private static final List<WeightType> FORMS =
      List.of(WeightType.F32, WeightType.BF16, WeightType.INT8);
  private static final String ROW = "  %-16s%-12s%-18s%s";

  private final CheckpointSummary summary;
  private final ModelConfig config;
  private final Report report = new Report();

  private ModelReport(CheckpointSummary summary) {
    this.summary = summary;
    this.config = summary.config();
  }

  /**
   * Looks at a folder.
   *
   * @throws IOException if it is no model folder, or of an architecture that is not supported
   */
  static Report of(Path folder) throws IOException {
    ModelReport model = new ModelReport(CheckpointSummary.of(folder));
    model.report.line(folder.toString());
    model.report.json().put("folder", folder.toString()).put("kind", "model");
    model.shape();
    model.disk();
    model.memory();
    model.report.line("");
    if (Files.isRegularFile(folder.resolve(TokenizerFiles.TOKENIZER))) {
      TokenizerReport.add(model.report, folder, OptionalInt.of(model.config.vocabSize()));
    } else {
      model.report.fact("tokenizer", "none");
      model.report.json().putNull("tokenizer");
      model.report.problem(folder + " has no tokenizer.json: a model cannot be talked to without");
    }
    model.summary.problems().forEach(model.report::problem);
    model.report.problems().forEach(model.report.json().putArray("problems")::add);
    return model.report;
  }

  private void shape() {
    AttentionConfig attention = config.attention();
    report.fact(
        "architecture",
        "%s (%s)".formatted(config.architecture().modelType(), config.architecture().className()));
    report.fact(
        "layers",
        "%s, hidden size %s, feed-forward %s"
            .formatted(
                Words.number(config.layers()),
                Words.number(config.hiddenSize()),
                Words.number(config.intermediateSize())));
    report.fact(
        "attention",
        "%s of size %s, %s; %s"
            .formatted(
                Words.number(attention.heads(), "head"),
                Words.number(attention.headDim()),
                Words.number(attention.keyValueHeads(), "key/value head"),
                Words.windows(attention.windows())));
    report.fact("positions", Words.rotary(config.rotary()));
    report.fact(
        "context",
        Words.number(config.contextLength(), "token")
            + (summary.longestContext() > config.contextLength()
                ? ", up to %s with --context".formatted(Words.number(summary.longestContext()))
                : ""));
    report.fact(
        "parameters",
        "%s (%s)%s"
            .formatted(
                Words.count(summary.parameters()),
                Words.number(summary.parameters()),
                config.tiedEmbeddings() ? ", embedding and output head tied" : ""));
    ObjectNode json = report.json();
    json.put("model_type", config.architecture().modelType());
    json.put("class", config.architecture().className());
    json.put("layers", config.layers());
    json.put("hidden_size", config.hiddenSize());
    json.put("intermediate_size", config.intermediateSize());
    json.put("heads", attention.heads());
    json.put("key_value_heads", attention.keyValueHeads());
    json.put("head_dim", attention.headDim());
    ArrayNode windows = json.putArray("windows");
    attention.windows().forEach(windows::add);
    json.put("rotary", Words.rotary(config.rotary()));
    json.put("context_length", config.contextLength());
    json.put("longest_context", summary.longestContext());
    json.put("vocab_size", config.vocabSize());
    json.put("tied_embeddings", config.tiedEmbeddings());
    json.put("parameters", summary.parameters());
  }

  private void disk() {
    if (summary.stored().isEmpty()) {
      report.fact("on disk", "no weights that can be read");
      report.json().putNull("stored");
      return;
    }
    Stored stored = summary.stored().get();
    report.fact(
        "on disk",
        "%s in %s, %s"
            .formatted(
                Words.bytes(stored.bytes()),
                Words.number(stored.files(), "file"),
                stored.parameters().keySet().stream()
                    .map(DType::safetensorsName)
                    .collect(Collectors.joining(" and "))));
    ObjectNode json = report.json().putObject("stored");
    json.put("files", stored.files()).put("bytes", stored.bytes());
    ObjectNode types = json.putObject("parameters");
    stored.parameters().forEach((type, count) -> types.put(type.safetensorsName(), count));
    json.put("auto", name(stored.auto()));
  }

  /** Activations come on top: they are small beside these but for very long prompts. */
  private void memory() {
    report.line("");
    report.line(
        ROW.formatted(
            "on a CPU as",
            "weights",
            "cache per token",
            "cache of " + Words.number(config.contextLength(), "token")));
    ObjectNode forms = report.json().putObject("memory_on_cpu");
    for (WeightType form : FORMS) {
      boolean auto = summary.stored().map(Stored::auto).filter(form::equals).isPresent();
      long perToken = summary.cacheBytesPerToken(form, Device.CPU);
      report.line(
          ROW.formatted(
              name(form) + (auto ? " (auto)" : ""),
              Words.bytes(summary.weightBytes(form)),
              Words.bytes(perToken),
              Words.bytes(perToken * config.contextLength())));
      forms
          .putObject(name(form))
          .put("weight_bytes", summary.weightBytes(form))
          .put("cache_bytes_per_token", perToken)
          .put("cache_bytes_of_context", perToken * config.contextLength());
    }
  }

  private static String name(WeightType form) {
    return form.name().toLowerCase(Locale.ROOT);
  }
}

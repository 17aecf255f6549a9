package dev.palinode.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.model.lora.AdapterSummary;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.storage.Printable;
import dev.palinode.tensor.DType;
import dev.palinode.token.TokenizerFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code palinode inspect} says of a PEFT folder. */
final class AdapterReport {
  private AdapterReport() {}

  /**
   * Looks at a folder.
   *
   * @throws IOException if it is of a kind that is not supported
   */
  static Report of(Path folder) throws IOException {
    AdapterSummary adapter = AdapterSummary.of(folder);
    Report report = new Report();
    report.line(folder.toString());
    report.json().put("folder", folder.toString()).put("kind", "adapter");
    lines(report, adapter);
    json(report.json(), adapter);
    report.line("");
    if (Files.isRegularFile(folder.resolve(TokenizerFiles.TOKENIZER))) {
      TokenizerReport.add(report, folder, OptionalInt.empty());
    } else {
      report.fact("tokenizer", "that of the base model, and its chat template");
      report.json().putNull("tokenizer");
    }
    adapter.problems().forEach(report::problem);
    report.problems().forEach(report.json().putArray("problems")::add);
    return report;
  }

  private static void lines(Report report, AdapterSummary adapter) {
    LoraSettings settings = adapter.settings();
    report.fact("adapter", "LoRA, as PEFT saves it");
    report.fact("base model", adapter.baseModel().map(Printable::escape).orElse("not named"));
    Set<Long> ranks = adapter.ranks();
    boolean same = ranks.isEmpty() || ranks.equals(Set.of((long) settings.rank()));
    report.fact("rank", settings.rank() + (same ? "" : ", in the weights " + ranks));
    report.fact(
        "scaling",
        "%s: alpha %s / %s"
            .formatted(
                Words.number(settings.scaling()),
                Words.number(settings.alpha()),
                settings.rankStabilised() ? "sqrt(rank)" : "rank"));
    report.fact(
        "changes",
        "%s: %s"
            .formatted(
                Words.number(adapter.layers(), "linear layer"),
                settings.targetModules().stream()
                    .sorted()
                    .map(Printable::escape)
                    .collect(Collectors.joining(", "))));
    report.fact(
        "token rows",
        settings.tokenRows().isEmpty()
            ? "none"
            : settings.tokenRows().entrySet().stream()
                .map(table -> table.getKey() + " " + table.getValue())
                .collect(Collectors.joining(", ")));
    report.fact(
        "parameters",
        "%s (%s)".formatted(Words.count(adapter.parameters()), Words.number(adapter.parameters())));
    report.fact(
        "on disk",
        "%s, %s"
            .formatted(
                Words.bytes(adapter.bytes()),
                adapter.types().stream()
                    .map(DType::safetensorsName)
                    .collect(Collectors.joining(" and "))));
  }

  private static void json(ObjectNode json, AdapterSummary adapter) {
    LoraSettings settings = adapter.settings();
    json.put("base_model", adapter.baseModel().orElse(null));
    json.put("rank", settings.rank());
    json.put("alpha", settings.alpha());
    json.put("scaling", settings.scaling());
    json.put("layers", adapter.layers());
    json.putPOJO("target_modules", settings.targetModules().stream().sorted().toList());
    json.putPOJO("token_rows", settings.tokenRows());
    json.put("parameters", adapter.parameters());
    json.put("bytes", adapter.bytes());
  }
}

package dev.palinode.cli;

import dev.palinode.cli.console.Words;
import dev.palinode.model.lora.AdapterSummary;
import dev.palinode.model.lora.LoraSettings;
import dev.palinode.tensor.DType;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/** The report of {@code palinode inspect} on a PEFT folder. */
final class AdapterReport {
  private AdapterReport() {}

  /**
   * Inspects a folder.
   *
   * @throws IOException if it is of an unsupported kind
   */
  static Report of(Path folder) throws IOException {
    AdapterSummary adapter = AdapterSummary.of(folder);
    Report report = Report.of(folder, "adapter");
    add(report, adapter);
    TokenizerReport.add(report, folder, OptionalInt.empty());
    adapter.problems().forEach(report::problem);
    return report;
  }

  private static void add(Report report, AdapterSummary adapter) {
    LoraSettings settings = adapter.settings();
    List<String> targets = settings.targetModules().stream().sorted().toList();
    Set<Long> ranks = adapter.ranks();
    boolean same = ranks.isEmpty() || ranks.equals(Set.of((long) settings.rank()));
    String types = adapter.types().stream().map(DType::name).collect(Collectors.joining(" and "));
    String rows =
        settings.tokenRows().entrySet().stream()
            .map(table -> table.getKey() + " " + table.getValue())
            .collect(Collectors.joining(", "));
    report.fact("adapter", "LoRA, as PEFT saves it");
    report.fact("base model", "%s", adapter.baseModel().map(Printable::escape).orElse("not named"));
    report.fact("rank", "%d%s", settings.rank(), same ? "" : ", in the weights " + ranks);
    report.fact(
        "scaling",
        "%s: alpha %s / %s",
        Words.number(settings.scaling()),
        Words.number(settings.alpha()),
        settings.rankStabilised() ? "sqrt(rank)" : "rank");
    report.fact(
        "changes",
        "%s: %s",
        Words.number(adapter.layers(), "linear layer"),
        targets.stream().map(Printable::escape).collect(Collectors.joining(", ")));
    report.fact("token rows", "%s", rows.isEmpty() ? "none" : rows);
    report.fact("parameters", "%s (%,d)", Words.count(adapter.parameters()), adapter.parameters());
    report.fact("on disk", "%s, %s", Words.bytes(adapter.bytes()), types);
    report
        .json()
        .put("base_model", adapter.baseModel().orElse(null))
        .put("rank", settings.rank())
        .put("alpha", settings.alpha())
        .put("scaling", settings.scaling())
        .put("layers", adapter.layers())
        .putPOJO("target_modules", targets)
        .putPOJO("token_rows", settings.tokenRows())
        .put("parameters", adapter.parameters())
        .put("bytes", adapter.bytes());
  }
}

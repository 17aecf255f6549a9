package dev.palinode.evaluation.page;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.report.Table;
import dev.palinode.text.Printable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the numbers are made from: benchmarks, and runs with their models. */
record SourceTables(List<ReportedRun> runs) {
  /** What each benchmark asks, and who judges. */
  Table benchmarks() {
    Map<String, JsonNode> benchmarks = new LinkedHashMap<>();
    runs.forEach(run -> run.facts().benchmarks().forEach(benchmarks::putIfAbsent));
    Table table = new Table().left("benchmark", "what it asks").right("prompts").left("judge");
    benchmarks.forEach(
        (name, benchmark) ->
            table.row(
                Printable.escape(name),
                Printable.escape(benchmark.path("description").asText()),
                benchmark.path("file").path("prompts").asText("-"),
                benchmark.path("judges").properties().stream()
                    .map(judge -> Printable.escape(judge.getKey()))
                    .findFirst()
                    .orElse("-")));
    return table;
  }

  /** The runs: what was measured, and with what. */
  Table table() {
    Table table =
        new Table()
            .left("model", "seed", "run")
            .right("samples")
            .left("model's identity", "Palinode", "folder");
    for (ReportedRun run : runs) {
      table.row(
          run.name().label(),
          run.name().seed(),
          Printable.escape(run.facts().subject()),
          Integer.toString(run.samples().size()),
          Printable.escape(run.facts().identity()),
          Printable.escape(run.facts().run().manifest().path("palinode").asText()),
          Printable.escape(run.facts().run().folder().toString()));
    }
    return table;
  }
}

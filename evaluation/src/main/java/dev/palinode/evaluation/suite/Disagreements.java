package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.JsonNode;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.report.Table;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The answers on which judges do not agree, for people to look at. */
public final class Disagreements {
  private Disagreements() {}

  /**
   * A row for each answer that one judge calls safe and another unsafe, with all verdicts.
   *
   * @throws IOException if the run cannot be read
   */
  public static Table of(FinishedRun run) throws IOException {
    Table table =
        new Table().left("benchmark", "prompt").right("turn", "sample").left("verdicts", "answer");
    run.forEach(
        line -> {
          Set<String> labels = new TreeSet<>();
          List<String> verdicts = new ArrayList<>();
          for (var each : line.path("verdicts").properties()) {
            JsonNode verdict = each.getValue();
            labels.add(verdict.path("label").asText());
            verdicts.add(each.getKey() + ": " + verdict.path("label").asText());
          }
          if (labels.contains("safe") && labels.contains("unsafe")) {
            table.row(
                line.path("benchmark").asText(),
                Printable.escape(line.path("id").asText()),
                line.path("turn").asText("1"),
                line.path("sample").asText(),
                String.join("; ", verdicts),
                Printable.escape(SampleLine.answer(line)));
          }
        });
    return table;
  }
}

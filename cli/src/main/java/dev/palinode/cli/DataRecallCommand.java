package dev.palinode.cli;

import dev.palinode.entities.FalseFinds;
import dev.palinode.entities.Hits;
import dev.palinode.entities.RecognizerMeasurement;
import dev.palinode.entities.ValueRecall;
import dev.palinode.evaluation.TextTable;
import dev.palinode.evaluation.TextTable.Column;
import dev.palinode.guard.personal.PersonalData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode data pii-recall}: how well personal data is recognised. */
@Command(
    name = "pii-recall",
    description = {
      "Measure how much personal data is found, and how much where there is none.",
      "",
      "Example: palinode data pii-recall LLM-PC-development-pii.jsonl --control gsm8k_test.jsonl"
          + " --control mmlu_dev.csv"
    })
final class DataRecallCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "FILE",
      description = "JSON Lines with objects from slot to masked value, as LLM-PC's.")
  private Path values = Path.of("");

  @Option(
      names = "--control",
      paramLabel = "FILE",
      description =
          "Texts that tell of nobody: JSON Lines with question and answer, or CSV with question.")
  private List<Path> controls = List.of();

  @Mixin private RecogniserOptions recogniser = new RecogniserOptions();

  @Override
  public Integer call() throws IOException {
    System.out.println("loading...");
    RecognizerMeasurement measured =
        RecognizerMeasurement.of(recogniser.finder(), recogniser.counted(), values, controls);
    System.out.println(recalls(measured.recalls()).toText());
    if (!measured.controls().isEmpty()) {
      System.out.println("Finds in 1,000 words of texts that tell of nobody:");
      System.out.println(falseFinds(measured.controls()).toText());
    }
    return 0;
  }

  private static TextTable recalls(List<ValueRecall> recalls) {
    TextTable table =
        new TextTable(
            Column.left("% of values found"),
            Column.right("values"),
            Column.right("alone"),
            Column.right("whole"),
            Column.right("counted"),
            Column.right("agrees"),
            Column.right("in a sentence"),
            Column.right("whole"),
            Column.right("counted"),
            Column.right("agrees"));
    for (ValueRecall each : recalls) {
      int values = each.values();
      Hits alone = each.alone();
      Hits inSentence = each.inSentence();
      table.row(
          each.kind(),
          String.valueOf(values),
          percent(alone.found(), values),
          percent(alone.whole(), values),
          percent(alone.counted(), values),
          agreement(each, alone),
          percent(inSentence.found(), values),
          percent(inSentence.whole(), values),
          percent(inSentence.counted(), values),
          agreement(each, inSentence));
    }
    return table;
  }

  /** Only of kinds that say what the value is. */
  private static String agreement(ValueRecall recall, Hits hits) {
    return List.of("NAME", "LOC", "DATE").contains(recall.kind())
        ? percent(hits.agreeing(), recall.values())
        : "";
  }

  private static String percent(int found, int values) {
    return String.format(Locale.ROOT, "%.1f", 100.0 * found / values);
  }

  private static TextTable falseFinds(List<FalseFinds> controls) {
    Column[] columns = new Column[controls.size() + 1];
    columns[0] = Column.left("type");
    for (int i = 0; i < controls.size(); i++) {
      FalseFinds each = controls.get(i);
      columns[i + 1] =
          Column.right(String.format(Locale.ROOT, "%s (%,d words)", each.source(), each.words()));
    }
    TextTable table = new TextTable(columns);
    EnumMap<PersonalData.Type, Boolean> found = new EnumMap<>(PersonalData.Type.class);
    controls.forEach(each -> each.byType().keySet().forEach(type -> found.put(type, true)));
    table.row(cells("counted", controls, FalseFinds::counted));
    for (PersonalData.Type type : found.keySet()) {
      table.row(cells(type.name(), controls, each -> each.byType().getOrDefault(type, 0)));
    }
    return table;
  }

  private static String[] cells(
      String name, List<FalseFinds> controls, ToIntFunction<FalseFinds> finds) {
    String[] cells = new String[controls.size() + 1];
    cells[0] = name;
    for (int i = 0; i < controls.size(); i++) {
      FalseFinds each = controls.get(i);
      cells[i + 1] =
          String.format(Locale.ROOT, "%.2f", each.perThousandWords(finds.applyAsInt(each)));
    }
    return cells;
  }
}

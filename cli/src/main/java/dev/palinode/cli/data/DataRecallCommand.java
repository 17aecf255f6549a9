package dev.palinode.cli.data;

import dev.palinode.cli.options.RecogniserOptions;
import dev.palinode.data.pii.RecognizerMeasurement;
import dev.palinode.data.pii.RecognizerMeasurement.FalsePositives;
import dev.palinode.data.pii.RecognizerMeasurement.Hits;
import dev.palinode.data.pii.RecognizerMeasurement.ValueRecall;
import dev.palinode.pii.PersonalData;
import dev.palinode.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code palinode data pii-recall}: measures how well personal data is recognised. */
@Command(
    name = "pii-recall",
    description = {
      "Measure how much personal data is found, and how much where there is none.",
      "",
      "Example: palinode data pii-recall LLM-PC-development-pii.jsonl --control gsm8k_test.jsonl"
          + " --control mmlu_dev.csv"
    })
final class DataRecallCommand implements Callable<Integer> {
  private static final Set<String> KINDS_WITH_A_TYPE = Set.of("NAME", "LOC", "DATE");

  @Parameters(
      paramLabel = "FILE",
      description = "JSON Lines with objects from slot to masked value, as LLM-PC's.")
  private Path values;

  @Option(
      names = "--control",
      paramLabel = "FILE",
      description =
          "Texts without personal data: JSON Lines with question and answer, or CSV with question.")
  private List<Path> controls = List.of();

  @Mixin private RecogniserOptions recogniser;

  @Override
  public Integer call() throws IOException {
    System.out.println("loading...");
    RecognizerMeasurement measured =
        RecognizerMeasurement.of(recogniser.finder(), recogniser.counted(), values, controls);
    System.out.println(recalls(measured.recalls()).toText());
    if (!measured.controls().isEmpty()) {
      System.out.println("Matches in 1,000 words of texts without personal data:");
      System.out.println(falsePositives(measured.controls()).toText());
    }
    return 0;
  }

  private static Table recalls(List<ValueRecall> recalls) {
    Table table =
        new Table()
            .left("% of values found")
            .right("values", "alone", "whole", "counted", "agrees", "in a sentence")
            .right("whole", "counted", "agrees");
    for (ValueRecall each : recalls) {
      List<String> row = new ArrayList<>(List.of(each.kind(), String.valueOf(each.values())));
      for (Hits hits : List.of(each.alone(), each.inSentence())) {
        Stream.of(hits.found(), hits.whole(), hits.counted())
            .map(found -> percent(found, each.values()))
            .forEach(row::add);
        boolean hasType = KINDS_WITH_A_TYPE.contains(each.kind());
        row.add(hasType ? percent(hits.agreeing(), each.values()) : "");
      }
      table.row(row.toArray(String[]::new));
    }
    return table;
  }

  private static String percent(int found, int values) {
    return String.format(Locale.ROOT, "%.1f", 100.0 * found / values);
  }

  private static Table falsePositives(List<FalsePositives> controls) {
    Table table = new Table().left("type");
    Set<PersonalData.Type> types = EnumSet.noneOf(PersonalData.Type.class);
    for (FalsePositives each : controls) {
      String source = String.format(Locale.ROOT, "%s (%,d words)", each.source(), each.words());
      table.right(source);
      types.addAll(each.byType().keySet());
    }
    table.row(cells("counted", controls, FalsePositives::counted));
    for (PersonalData.Type type : types) {
      table.row(cells(type.name(), controls, each -> each.byType().getOrDefault(type, 0)));
    }
    return table;
  }

  private static String[] cells(
      String name, List<FalsePositives> controls, ToIntFunction<FalsePositives> matches) {
    return Stream.concat(
            Stream.of(name),
            controls.stream()
                .map(each -> each.perThousandWords(matches.applyAsInt(each)))
                .map(rate -> String.format(Locale.ROOT, "%.2f", rate)))
        .toArray(String[]::new);
  }
}

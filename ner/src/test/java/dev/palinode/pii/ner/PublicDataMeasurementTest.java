package dev.palinode.pii.ner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.data.pii.RecognizerMeasurement;
import dev.palinode.data.pii.RecognizerMeasurement.FalsePositives;
import dev.palinode.data.pii.RecognizerMeasurement.Hits;
import dev.palinode.data.pii.RecognizerMeasurement.ValueRecall;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import dev.palinode.testkit.Fixtures;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The figures of docs/personal-data.md, printed; what is asserted leaves room for other versions.
 */
@Tag("slow")
class PublicDataMeasurementTest {
  @Test
  void mostNames_areFound() throws Exception {
    PersonalDataFinder all = PersonalDataFinder.ruleBased("US").and(LoadedFinder.get());

    RecognizerMeasurement measured =
        RecognizerMeasurement.of(
            all,
            PiiTypeFilter.ofPaper(),
            Fixtures.data("llm-pc/LLM-PC-development-pii.jsonl"),
            List.of(
                Fixtures.data("instructions/gsm8k_test.jsonl"),
                Fixtures.data("instructions/gsm8k_train.jsonl"),
                Fixtures.data("mmlu/mmlu_dev.csv"),
                Fixtures.data("mmlu/mmlu_test_sample.csv")));

    measured.recalls().forEach(PublicDataMeasurementTest::print);
    measured.controls().forEach(PublicDataMeasurementTest::print);
    ValueRecall names =
        measured.recalls().stream().filter(r -> r.kind().equals("NAME")).findAny().get();
    assertThat(names.inSentence().counted()).isGreaterThan(names.values() * 9 / 10);
  }

  private static void print(ValueRecall recall) {
    System.out.printf(
        "%-12s %5d  alone %s  in a sentence %s%n",
        recall.kind(),
        recall.values(),
        shares(recall.alone(), recall.values()),
        shares(recall.inSentence(), recall.values()));
  }

  private static String shares(Hits hits, int values) {
    return String.format(
        Locale.ROOT,
        "%5.1f %5.1f %5.1f %5.1f %5.1f",
        100.0 * hits.found() / values,
        100.0 * hits.whole() / values,
        100.0 * hits.counted() / values,
        100.0 * hits.countedWhole() / values,
        100.0 * hits.agreeing() / values);
  }

  private static void print(FalsePositives control) {
    System.out.printf(
        "%s: %d words, %.2f counted in 1,000 words%n",
        control.source(), control.words(), control.perThousandWords(control.counted()));
    new TreeMap<>(control.byType())
        .forEach(
            (type, matches) ->
                System.out.printf(
                    "  %-14s %6d %7.3f%n", type, matches, control.perThousandWords(matches)));
  }
}

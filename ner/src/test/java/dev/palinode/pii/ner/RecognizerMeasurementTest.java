package dev.palinode.pii.ner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.data.pii.RecognizerMeasurement;
import dev.palinode.data.pii.RecognizerMeasurement.Hits;
import dev.palinode.data.pii.RecognizerMeasurement.ValueRecall;
import dev.palinode.pii.NameFinderProvider;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecognizerMeasurementTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws Exception {
    return Files.writeString(folder.resolve(name), text);
  }

  @Test
  void theWholeRecogniser_isMeasured() throws Exception {
    Path values =
        file(
            "values.jsonl",
            "{\"NAME-1\": \"Jennifer Alvarez\", \"EMAIL-1\": \"ann@example.com\", \"NAME-2\": \"our"
                + " neighbour\"}");
    PersonalDataFinder all = PersonalDataFinder.ruleBased("US").and(LoadedFinder.get());

    List<ValueRecall> recalls =
        RecognizerMeasurement.of(all, PiiTypeFilter.ofPaper(), values, List.of()).recalls();

    assertThat(recalls)
        .containsExactly(
            new ValueRecall("NAME", 2, new Hits(1, 1, 1, 1, 1), new Hits(1, 1, 1, 1, 1)),
            new ValueRecall("EMAIL", 1, new Hits(1, 1, 1, 1, 0), new Hits(1, 1, 1, 1, 0)));
  }

  @Test
  void programsFindTheProvider() {
    assertThat(ServiceLoader.load(NameFinderProvider.class))
        .singleElement()
        .isInstanceOf(EntityFinderProvider.class);
  }
}

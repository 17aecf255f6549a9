package dev.palinode.data.pii;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.data.pii.RecognizerMeasurement.FalsePositives;
import dev.palinode.data.pii.RecognizerMeasurement.Hits;
import dev.palinode.data.pii.RecognizerMeasurement.ValueRecall;
import dev.palinode.pii.PersonalData;
import dev.palinode.pii.PersonalDataFinder;
import dev.palinode.pii.PiiTypeFilter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecognizerMeasurementTest {
  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  /** Finds each word of a text by itself. */
  private static PersonalDataFinder each(String word, PersonalData.Type type) {
    return (text, complete) ->
        text.contains(word)
            ? List.of(
                new PersonalData(type, text.indexOf(word), text.indexOf(word) + word.length()))
            : List.of();
  }

  @Test
  void values_areFoundInPartOrWhole_asKindsThatCountOrNot() throws Exception {
    Path values =
        file(
            "values.jsonl",
            """
            {"NAME-1": "Ann", "NAME-2": "Ann Miller", "LOC-1": "nowhere", "DATE-2": ""}
            {"DATE-1": "May", "He is [NAME-3": "Bob"}
            """);
    PersonalDataFinder finder =
        each("Ann", PersonalData.Type.PERSON).and(each("May", PersonalData.Type.DATE));

    RecognizerMeasurement measured =
        RecognizerMeasurement.of(finder, PiiTypeFilter.ofPaper(), values, List.of());

    assertThat(measured.recalls())
        .containsExactly(
            new ValueRecall("NAME", 3, new Hits(2, 1, 2, 1, 2), new Hits(2, 1, 2, 1, 2)),
            new ValueRecall("LOC", 1, new Hits(0, 0, 0, 0, 0), new Hits(0, 0, 0, 0, 0)),
            new ValueRecall("DATE", 1, new Hits(1, 1, 0, 0, 1), new Hits(1, 1, 0, 0, 1)));
  }

  @Test
  void whatStandsAroundAValue_doesNotCount() throws Exception {
    Path values = file("values.jsonl", "{\"NAME-1\": \"Ann\"}");

    RecognizerMeasurement measured =
        RecognizerMeasurement.of(
            each("remember", PersonalData.Type.PERSON), PiiTypeFilter.ofPaper(), values, List.of());

    assertThat(measured.recalls().get(0).inSentence()).isEqualTo(new Hits(0, 0, 0, 0, 0));
  }

  @Test
  void finds_areCountedByThousandWords() throws Exception {
    Path values = file("values.jsonl", "");
    Path jsonl =
        file(
            "a.jsonl",
            """
            {"question": "Ann has 3 pens?", "answer": "She has <<1+2=3>>3.\\n#### Ann"}
            {"question": "Who is Ann?", "answer": ""}
            """);
    Path csv = file("b.csv", "row,question\n1,\"In May,\n\"\"Ann\"\" said\"\n2,\n");
    PersonalDataFinder finder =
        each("Ann", PersonalData.Type.PERSON).and(each("May", PersonalData.Type.DATE));

    List<FalsePositives> controls =
        RecognizerMeasurement.of(finder, PiiTypeFilter.ofPaper(), values, List.of(jsonl, csv))
            .controls();

    assertThat(controls.get(0).words()).isEqualTo(4 + 3 + 3);
    assertThat(controls.get(0).byType()).containsOnlyKeys(PersonalData.Type.PERSON);
    assertThat(controls.get(0).perThousandWords(controls.get(0).counted()))
        .isCloseTo(200, within(1e-9));
    assertThat(controls.get(1).words()).isEqualTo(4);
    assertThat(controls.get(1).counted()).isEqualTo(1);
    assertThat(controls.get(1).byType().keySet())
        .isEqualTo(Set.of(PersonalData.Type.PERSON, PersonalData.Type.DATE));
  }

  @Test
  void aWrongLayout_isNamedWithFileAndLine() throws Exception {
    Path broken = file("x.jsonl", "{\"NAME-1\": \"Ann\"}\n{\"NAME-1\": ");
    Path list = file("y.jsonl", "[1]");
    Path csv = file("z.csv", "row,query\n1,2\n");

    assertThatThrownBy(() -> MeasurementFiles.values(broken))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("x.jsonl, line 2: not JSON");
    assertThatThrownBy(() -> MeasurementFiles.texts(list))
        .hasMessageContaining("y.jsonl, line 1: expected a JSON object, found an array");
    assertThatThrownBy(() -> MeasurementFiles.texts(csv))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("z.csv, line 2: no field \"question\"; found row, query");
  }
}

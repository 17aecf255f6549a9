package dev.palinode.training.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SftExample;
import dev.palinode.data.record.UtilityExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a data file can be trained on. */
class TrainingRowsTest {
  @TempDir private Path folder;

  private final List<SftExample> read = new ArrayList<>();

  private ImportReport read(String format, String name, String... rows) throws IOException {
    Files.write(folder.resolve(name), List.of(rows));
    return TrainingRows.read(settings(format), read::add);
  }

  private DataSettings settings(String format) {
    return new DataSettings(folder, format, 128, DataSettings.Overlong.TRUNCATE_OLDEST_TURNS, 0);
  }

  @Test
  void preferences_areSafetyTriples_andOpeningsArePassedOn() throws IOException {
    read(
        "auto",
        "a.jsonl",
        "{\"prompt\": \"hi\", \"chosen\": \"good\", \"rejected\": \"bad\"}",
        "{\"prompt\": [{\"role\": \"user\", \"content\": \"hi\"},"
            + " {\"role\": \"assistant\", \"content\": \"Oh \"}],"
            + " \"chosen\": \"good\", \"rejected\": \"bad\"}",
        "{\"prompt\": \"hi\", \"chosen\": \"good\"}");
    List<Message> prompt = List.of(Message.user("hi"));
    assertThat(read)
        .containsExactly(
            new SafetyTriple(prompt, "good", "bad"),
            new SafetyTriple(prompt, "Oh ", "good", "bad"),
            new UtilityExample(prompt, "good"));
  }

  @Test
  void conversations_areUtilityData_ifTheyEndWithAnAnswer() throws IOException {
    String user = "{\"role\": \"user\", \"content\": \"hi\"}";
    String assistant = "{\"role\": \"assistant\", \"content\": \"good\"}";
    ImportReport report =
        read(
            "conversation",
            "a.jsonl",
            "{\"messages\": [" + user + ", " + assistant + "]}",
            "{\"messages\": [" + user + "]}",
            "{\"messages\": [" + user + ", " + assistant + ", " + assistant + "]}");
    assertThat(read).containsExactly(new UtilityExample(List.of(Message.user("hi")), "good"));
    assertThat(report.dropped())
        .isEqualTo(
            Map.of(DropReason.ENDS_WITHOUT_ANSWER, 1L, DropReason.TURNS_DO_NOT_ALTERNATE, 1L));
  }

  @Test
  void columnsOfACsvFile_canBeMapped() throws IOException {
    read("prompt=q,response=a", "a.csv", "q,a", "hi,good");
    assertThat(read).containsExactly(new UtilityExample(List.of(Message.user("hi")), "good"));
  }

  @Test
  void promptsForEvaluation_areRefused() {
    assertThatThrownBy(() -> read("auto", "a.csv", "goal,target", "hi,Sure"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.csv, line 2: is read as evaluation prompt, which cannot");
  }

  @Test
  void brokenRow_stopsTheReading() {
    assertThatThrownBy(
            () -> read("auto", "a.jsonl", "{\"prompt\": \"hi\", \"chosen\": \"good\"}", "{"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("a.jsonl, line 2: not JSON");
  }

  @Test
  void unknownFormat_isAnErrorThatNamesTheNearest() {
    assertThatThrownBy(() -> settings("preferense"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("data_format: unknown format \"preferense\"")
        .hasMessageContaining("did you mean \"preference\"");
  }
}

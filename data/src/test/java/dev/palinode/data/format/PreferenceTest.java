package dev.palinode.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.UtilityExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PreferenceTest {
  @TempDir private Path folder;

  private final List<DataRecord> read = new ArrayList<>();

  private ImportReport read(String... rows) throws IOException {
    return RecordFiles.read(
        Files.write(folder.resolve("rows.jsonl"), List.of(rows)),
        Preferences.PREFERENCE,
        read::add);
  }

  @Test
  void textMessagesAndUtilityRows_areRead() throws IOException {
    ImportReport report =
        read(
            "{\"prompt\": \"hi\", \"chosen\": \"good\", \"rejected\": \"bad\", \"score\": 1}",
            "{\"prompt\": [{\"role\": \"system\", \"content\": \"be kind\"},"
                + " {\"role\": \"user\", \"content\": \"hi\"}],"
                + " \"chosen\": [{\"role\": \"assistant\", \"content\": \"good\"}],"
                + " \"rejected\": [{\"role\": \"assistant\", \"content\": \"bad\"}]}",
            "{\"prompt\": \"hi\", \"chosen\": \"same\", \"rejected\": \"same\"}",
            "{\"prompt\": \"what is it ?\", \"chosen\": \"a day\"}",
            "{\"prompt\": \"what is it ?\", \"chosen\": \"a day\", \"rejected\": null}");

    assertThat(report).isEqualTo(new ImportReport(4, 4, Map.of(DropReason.SAME_ANSWER, 1L), 0));
    UtilityExample utility = new UtilityExample(List.of(Message.user("what is it ?")), "a day");
    assertThat(read)
        .containsExactly(
            new PreferencePair(List.of(Message.user("hi")), "good", "bad"),
            new PreferencePair(
                List.of(Message.system("be kind"), Message.user("hi")), "good", "bad"),
            utility,
            utility);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"chosen\": \"a\", \"rejected\": \"b\"} | no field \"prompt\"",
        "{\"prompt\": \"a\", \"rejected\": \"b\"} | no field \"chosen\"",
        "{\"prompt\": 3, \"chosen\": \"a\"} | field \"prompt\" is a number; expected a string",
        "{\"prompt\": \"p\", \"chosen\": \" \"} | response is blank",
        "{\"prompt\": [], \"chosen\": \"a\"} | prompt is empty",
        "{\"prompt\": [{\"role\": \"robot\", \"content\": \"x\"}], \"chosen\": \"a\"} | robot",
        "{\"prompt\": [{\"role\": \"user\"}], \"chosen\": \"a\"} | expected messages with a \"role\"",
        "{\"prompt\": \"p\", \"chosen\": [{\"role\": \"user\", \"content\": \"x\"}]} | expected one,"
            + " the assistant's"
      })
  void rowThatIsNotAsItShouldBe_isNamed(String row, String problem) {
    assertThatThrownBy(() -> read("{\"prompt\": \"hi\", \"chosen\": \"good\"}", row))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("rows.jsonl, line 2")
        .hasMessageContaining(problem);
    assertThat(read).hasSize(1);
  }

  @Test
  void promptThatEndsWithTheAssistant_isTheOpeningOfBothAnswers_andNotALabel() throws IOException {
    read(
        "{\"prompt\": [{\"role\": \"user\", \"content\": \"hi\"},"
            + " {\"role\": \"assistant\", \"content\": \"Well, \"}],"
            + " \"chosen\": \"good\", \"rejected\": \"bad\"}");
    assertThat(read)
        .containsExactly(new PreferencePair(List.of(Message.user("hi")), "Well, ", "good", "bad"));
  }

  @Test
  void wholeConversations_areReadWithAndWithoutTheirPrompt() throws IOException {
    String conversations =
        "\"chosen\": [{\"role\": \"user\", \"content\": \"hi\"},"
            + " {\"role\": \"assistant\", \"content\": \"good\"}],"
            + " \"rejected\": [{\"role\": \"user\", \"content\": \"hi\"},"
            + " {\"role\": \"assistant\", \"content\": \"bad\"}]}";
    ImportReport report =
        read(
            "{" + conversations,
            "{\"prompt\": \"hi\", " + conversations,
            "{" + conversations.replaceFirst("hi", "oh"));
    PreferencePair pair = new PreferencePair(List.of(Message.user("hi")), "good", "bad");
    assertThat(read).containsExactly(pair, pair);
    assertThat(report.dropped()).isEqualTo(Map.of(DropReason.PROMPTS_DIFFER, 1L));
  }

  @Test
  void fileWithoutRows_isAnError() {
    assertThatThrownBy(() -> read(""))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("no rows");
  }
}

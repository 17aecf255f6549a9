package dev.palinode.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.ImportReport;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class HhRlhfTest {
  private static final String ASKED = "\n\nHuman: Hi\n\nAssistant: Hello\n\nHuman: How?";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Test
  void read_harmlessBaseTestSplit_keepsAndDropsTheseRows() throws IOException {
    List<PreferencePair> pairs = new ArrayList<>();
    ImportReport report = read(harmlessBaseTest(), pairs);

    assertThat(report.read()).isEqualTo(2_312);
    assertThat(report.kept()).isEqualTo(2_299);
    assertThat(report.dropped())
        .isEqualTo(
            Map.of(
                DropReason.PROMPTS_DIFFER, 5L,
                DropReason.TURNS_DO_NOT_ALTERNATE, 4L,
                DropReason.EMPTY_TURN, 4L));
    assertThat(pairs).hasSize(2_299);
    assertThat(pairs)
        .allSatisfy(
            pair -> {
              assertThat(pair.prompt().size()).isOdd();
              assertThat(pair.prompt().get(0).role()).isEqualTo(Role.USER);
              assertThat(pair.asSafetyTriple().response()).isEqualTo(pair.chosen());
            });
  }

  @Test
  void read_harmlessBaseTestSplit_keepsLabelsInsideAnswersAsText() throws IOException {
    List<PreferencePair> pairs = new ArrayList<>();
    read(harmlessBaseTest(), pairs);
    assertThat(pairs).filteredOn(pair -> pair.chosen().contains("Human:")).hasSize(20);
    assertThat(pairs).filteredOn(pair -> pair.rejected().contains("Human:")).hasSize(16);
  }

  @Test
  void read_truncatedRealFile_namesFileAndLine() throws IOException {
    byte[] whole = Files.readAllBytes(harmlessBaseTest());
    Path file = Files.write(folder.resolve("cut.jsonl.gz"), Arrays.copyOf(whole, whole.length / 2));
    assertThatThrownBy(() -> read(file, new ArrayList<>()))
        .isInstanceOf(DataException.class)
        .hasMessageMatching(
            ".*cut\\.jsonl\\.gz, line 1\\d\\d\\d: the gzip stream ends too early;.*truncated");
  }

  @Test
  void read_pair_isCommonPromptAndLastAnswers() throws IOException {
    List<PreferencePair> pairs = new ArrayList<>();
    ImportReport report =
        read(rows(ASKED + "\n\nAssistant:  Well.\n", ASKED + "\n\nAssistant: No"), pairs);
    assertThat(report).isEqualTo(ImportReport.ofKept(1));
    assertThat(pairs)
        .containsExactly(
            new PreferencePair(
                List.of(Message.user("Hi"), Message.assistant("Hello"), Message.user("How?")),
                "Well.",
                "No"));
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          NOT_A_TRANSCRIPT,        How?,                      H: How?|A: No
          NOT_A_TRANSCRIPT,        A: Yes,                    A: No
          NOT_A_TRANSCRIPT,        '',                        H: How?|A: No
          ENDS_WITHOUT_ANSWER,     H: How?|A: Yes|H: Thanks,  H: How?|A: No
          ENDS_WITHOUT_ANSWER,     H: How?|A: Yes,            H: How?
          PROMPTS_DIFFER,          H: How?|A: Yes,            H: How?|A: No|H: Oh|A: Yes
          PROMPTS_DIFFER,          H: How?|A: Yes,            H: Why?|A: No
          TURNS_DO_NOT_ALTERNATE,  H: How?|H: Why?|A: Yes,    H: How?|H: Why?|A: No
          TURNS_DO_NOT_ALTERNATE,  H: How?|A: Hm|A: Yes,      H: How?|A: Hm|A: No
          EMPTY_TURN,              H: How?|A:,                H: How?|A: No
          EMPTY_TURN,              H:|A: Yes,                 H:|A: No
          SAME_ANSWER,             H: How?|A: Yes,            H: How?|A:  Yes
          """)
  void read_uselessRow_isDroppedAndCounted(DropReason reason, String chosen, String rejected)
      throws IOException {
    ImportReport report = read(rows(transcript(chosen), transcript(rejected)), new ArrayList<>());
    assertThat(report).isEqualTo(ImportReport.ofDropped(reason));
  }

  @Test
  void read_rowWithoutItsFields_isAnError() throws IOException {
    Path file = Files.writeString(folder.resolve("x.jsonl"), "{\"prompt\":\"a\",\"chosen\":\"b\"}");
    assertThatThrownBy(() -> read(file, new ArrayList<>()))
        .isInstanceOf(DataException.class)
        .hasMessage(file + ", line 1: no field \"rejected\"; found prompt, chosen");
  }

  @Test
  void read_emptyFile_isAnError() throws IOException {
    Path file = Files.createFile(folder.resolve("x.jsonl"));
    assertThatThrownBy(() -> read(file, new ArrayList<>()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(file + ": no rows; expected chosen and rejected");
  }

  @Test
  void read_failingSink_stopsTheImport() throws IOException {
    Path file = rows("\n\nHuman: a\n\nAssistant: b", "\n\nHuman: a\n\nAssistant: c");
    IOException full = new IOException("disk full");
    assertThatThrownBy(
            () ->
                RecordFiles.read(
                    file,
                    Preferences.HH_RLHF,
                    pair -> {
                      throw full;
                    }))
        .isSameAs(full);
  }

  @Property
  void turns_ofARenderedConversation_areItsMessages(
      @ForAll("conversations") List<Message> conversation) {
    assertThat(Preferences.turns(render(conversation))).isEqualTo(conversation);
  }

  @Property
  void turns_ofAnyText_loseNothingButMarkersAndWhiteSpace(@ForAll("pieces") String text) {
    List<Message> turns = Preferences.turns(text);
    if (!turns.isEmpty()) {
      assertThat(bare(render(turns))).isEqualTo(bare(text));
    }
  }

  @Provide
  Arbitrary<List<Message>> conversations() {
    // Labels and line ends are likely here, so that near-markers such as "\nHuman:" come up.
    Arbitrary<String> content =
        Arbitraries.oneOf(pieces(), Arbitraries.strings().ofMaxLength(20))
            .map(String::strip)
            .filter(text -> !text.contains("\n\nHuman:") && !text.contains("\n\nAssistant:"));
    return Combinators.combine(Arbitraries.of(Role.USER, Role.ASSISTANT), content)
        .as(Message::new)
        .list()
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<String> pieces() {
    return Arbitraries.of("\n", "\n\n", " ", ":", "Human", "Human:", "Assistant:", "a", "ß🦆")
        .list()
        .ofMaxSize(16)
        .map(pieces -> String.join("", pieces));
  }

  private static String render(List<Message> conversation) {
    return conversation.stream()
        .map(
            message ->
                (message.role() == Role.USER ? "\n\nHuman: " : "\n\nAssistant: ")
                    + message.content())
        .collect(Collectors.joining());
  }

  private static String bare(String text) {
    return text.replaceAll("\\s", "");
  }

  /** {@code H: a|A: b} written out as a transcript; other text stays as it is. */
  private static String transcript(String sketch) {
    return ("|" + sketch)
        .replace("|H:", "\n\nHuman:")
        .replace("|A:", "\n\nAssistant:")
        .replace("|", "");
  }

  private Path rows(String chosen, String rejected) throws IOException {
    String row =
        JsonNodeFactory.instance
            .objectNode()
            .put("chosen", chosen)
            .put("rejected", rejected)
            .toString();
    return Files.writeString(folder.resolve("rows.jsonl"), row);
  }

  private static ImportReport read(Path file, List<PreferencePair> pairs) throws IOException {
    return RecordFiles.read(file, Preferences.HH_RLHF, item -> pairs.add((PreferencePair) item));
  }

  private static Path harmlessBaseTest() {
    return Fixtures.data("hh-rlhf/harmless-base-test.jsonl.gz");
  }
}

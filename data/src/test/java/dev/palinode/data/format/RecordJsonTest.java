package dev.palinode.data.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.chat.Message;
import dev.palinode.chat.Role;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DataRecord.ChoiceQuestion;
import dev.palinode.data.record.DataRecord.JudgePrompt;
import dev.palinode.data.record.DataRecord.MaskedDetails;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.DataRecord.ReferenceAnswer;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SafetyTriple;
import dev.palinode.data.record.SourceLocation;
import dev.palinode.data.record.UtilityExample;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** The product's own rows: what is written is read back as it was. */
class RecordJsonTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Property(tries = 1000)
  void anyRecord_isReadBackAsItWas(@ForAll("records") DataRecord item) throws Exception {
    JsonNode written = JSON.readTree(JSON.writeValueAsString(RecordJson.write(item)));
    assertThat(Formats.fitting(written).orElseThrow().name()).isEqualTo("records");
    List<DataRecord> read =
        RecordJson.FORMAT.read(new Row(SourceLocation.line(Path.of("x.jsonl"), 1), written));
    assertThat(read).isEqualTo(List.of(item));
    assertThat(RecordJson.write(read.get(0))).hasToString(written.toString());
  }

  @Test
  void trainingRows_haveTheShapesOfTrl() {
    List<Message> prompt = List.of(Message.user("hi"));
    assertThat(RecordJson.write(new SafetyTriple(prompt, "Oh ", "no", "yes")))
        .hasToString(
            "{\"kind\":\"safety\",\"prompt\":[{\"role\":\"user\",\"content\":\"hi\"},"
                + "{\"role\":\"assistant\",\"content\":\"Oh \"}],"
                + "\"chosen\":[{\"role\":\"assistant\",\"content\":\"no\"}],"
                + "\"rejected\":[{\"role\":\"assistant\",\"content\":\"yes\"}]}");
    assertThat(RecordJson.write(new UtilityExample(prompt, "hello")))
        .hasToString(
            "{\"kind\":\"utility\",\"prompt\":[{\"role\":\"user\",\"content\":\"hi\"}],"
                + "\"completion\":[{\"role\":\"assistant\",\"content\":\"hello\"}]}");
  }

  @Property(tries = 300)
  void trainingRowsWithoutTheirKind_areReadByTheirShape(@ForAll("trained") DataRecord item)
      throws Exception {
    var row = RecordJson.write(item);
    row.remove("kind");
    DataRecord expected =
        item instanceof SafetyTriple triple
            ? new PreferencePair(triple.prompt(), triple.opening(), triple.safe(), triple.unsafe())
            : item;
    assertThat(RecordJson.FORMAT.read(new Row(SourceLocation.line(Path.of("x.jsonl"), 1), row)))
        .isEqualTo(List.of(expected));
  }

  @Provide
  Arbitrary<DataRecord> trained() {
    return Arbitraries.oneOf(triples(), pairs(), utility(), conversations());
  }

  @Provide
  Arbitrary<DataRecord> records() {
    return Arbitraries.oneOf(
        trained(),
        prompts(),
        questions(),
        references(),
        judges(),
        details(),
        texts().map(PlainText::new));
  }

  private static Arbitrary<DataRecord> triples() {
    return Combinators.combine(prompt(), texts(), words(), words())
        .filter((prompt, opening, safe, unsafe) -> !safe.equals(unsafe))
        .as(SafetyTriple::new);
  }

  private static Arbitrary<DataRecord> pairs() {
    return Combinators.combine(prompt(), texts(), words(), words())
        .filter((prompt, opening, chosen, rejected) -> !chosen.equals(rejected))
        .as(PreferencePair::new);
  }

  private static Arbitrary<DataRecord> utility() {
    return Combinators.combine(prompt(), words()).as(UtilityExample::new);
  }

  private static Arbitrary<DataRecord> conversations() {
    return Combinators.combine(Arbitraries.of(Role.class), words())
        .as(Message::new)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(Conversation::new);
  }

  private static Arbitrary<DataRecord> prompts() {
    return Combinators.combine(
            texts(),
            words().list().ofMinSize(1).ofMaxSize(3),
            texts(),
            Arbitraries.of(Expected.class),
            texts(),
            texts())
        .as(EvaluationPrompt::new);
  }

  private static Arbitrary<DataRecord> questions() {
    return Combinators.combine(
            texts(),
            words(),
            texts().list().ofMinSize(2).ofMaxSize(5),
            Arbitraries.integers().between(0, 1),
            texts())
        .as(ChoiceQuestion::new);
  }

  private static Arbitrary<DataRecord> references() {
    return Combinators.combine(texts(), texts().list().ofMinSize(1).ofMaxSize(3))
        .as(ReferenceAnswer::new);
  }

  private static Arbitrary<DataRecord> judges() {
    return Combinators.combine(texts(), texts(), texts(), words(), texts()).as(JudgePrompt::new);
  }

  private static Arbitrary<DataRecord> details() {
    return Arbitraries.maps(texts(), texts())
        .ofMaxSize(3)
        .map((Map<String, String> values) -> new MaskedDetails(new LinkedHashMap<>(values)));
  }

  private static Arbitrary<List<Message>> prompt() {
    Arbitrary<Message> any =
        Combinators.combine(Arbitraries.of(Role.class), texts()).as(Message::new);
    Arbitrary<Message> last =
        Combinators.combine(Arbitraries.of(Role.USER, Role.SYSTEM), texts()).as(Message::new);
    return Combinators.combine(any.list().ofMaxSize(2), last)
        .as(
            (before, end) -> {
              before.add(end);
              return before;
            });
  }

  private static Arbitrary<String> words() {
    return texts().filter(text -> !text.isBlank());
  }

  private static Arbitrary<String> texts() {
    return Arbitraries.oneOf(
        Arbitraries.of(
            "", "a", "\n\nHuman: b", "\0", "\u2028", "\ud83e\udd86", "\uFFFF", "\"", "\\"),
        Arbitraries.strings().ofMaxLength(8).filter(RecordJsonTest::isUnicode));
  }

  private static boolean isUnicode(String text) {
    return text.codePoints().noneMatch(each -> each >= 0xD800 && each <= 0xDFFF);
  }
}

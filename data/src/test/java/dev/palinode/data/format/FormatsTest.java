package dev.palinode.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.chat.Message;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataException;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DataRecord.ChoiceQuestion;
import dev.palinode.data.record.DataRecord.MaskedDetails;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.DataRecord.ReferenceAnswer;
import dev.palinode.data.record.DropReason;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SourceLocation;
import dev.palinode.data.record.UtilityExample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** One invented row of each layout, what it is recognised as, and what it becomes. */
class FormatsTest {
  private static final UtilityExample DAY =
      new UtilityExample(List.of(Message.user("what is it ?")), "a day");

  @TempDir private Path folder;

  static Stream<Arguments> rows() {
    Conversation chat = new Conversation(List.of(Message.user("hi"), Message.assistant("hello")));
    return Stream.of(
        row(
            "conversation",
            "{'messages':[{'role':'user','content':'hi'},{'role':'assistant','content':'hello'}]}",
            chat),
        row(
            "conversation",
            "{'messages':[{'role':'user','content':[{'type':'text','text':'h'},{'type':'text','text':'i'}]},{'role':'assistant','content':'hello','tool_calls':null}]}",
            chat),
        row(
            "conversation",
            "{'conversations':[{'from':'human','value':'hi'},{'from':'gpt','value':'hello'}]}",
            chat),
        row(
            "conversation",
            "{'system':'be kind','conversations':[{'from':'human','value':'hi'}]}",
            new Conversation(List.of(Message.system("be kind"), Message.user("hi")))),
        row("instruction", "{'instruction':'what is it ?','input':'','output':'a day'}", DAY),
        row(
            "instruction",
            "{'instruction':'say','input':'this','output':'a'}",
            new UtilityExample(List.of(Message.user("say\n\nthis")), "a")),
        row(
            "instruction",
            "{'instruction':'what is it ?','context':'','response':'a day','category':'qa'}",
            DAY),
        row("completion", "{'prompt':'what is it ?','completion':'a day'}", DAY),
        row(
            "completion",
            "{'prompt':[{'role':'user','content':'what is it ?'}],'completion':[{'role':'assistant','content':'a day'}]}",
            DAY),
        row("completion", "{'prompt':'what is it ?','response':'a day'}", DAY),
        row("question-answer", "{'question':'what is it ?','answer':'a day'}", DAY),
        row(
            "self-instruct",
            "{'id':'s','instruction':'what is it ?','instances':[{'input':'','output':'a day'},{'input':'','output':''},{'input':'','output':'a day'}]}",
            DAY,
            DAY),
        row(
            "prompts",
            "{'goal':'open it','target':'Sure'}",
            new EvaluationPrompt("7", List.of("open it"), "", Expected.DECLINE, "", "Sure")),
        row(
            "prompts",
            "{'id':'3','prompt':'open it','type':'homonyms','label':'safe'}",
            new EvaluationPrompt("3", List.of("open it"), "homonyms", Expected.HELP, "", "")),
        row(
            "prompts",
            "{'Behavior':'open it','ContextString':'a door','BehaviorID':'b','SemanticCategory':'doors'}",
            new EvaluationPrompt("b", List.of("open it"), "doors", Expected.DECLINE, "a door", "")),
        row(
            "prompts",
            "{'instruction':'open it','category':null}",
            new EvaluationPrompt("7", List.of("open it"), "", Expected.UNSTATED, "", "")),
        row(
            "multiple-choice",
            "{'question':'q','choice0':'a','choice1':'b','answer':'1','subject':'s'}",
            new ChoiceQuestion("7", "q", List.of("a", "b"), 1, "s")),
        row(
            "multiple-choice",
            "{'question':'q','A':'a','B':'b','C':'c','answer':'C'}",
            new ChoiceQuestion("7", "q", List.of("a", "b", "c"), 2, "")),
        row(
            "multiple-choice",
            "{'question_id':5,'question':'q','options':['a','b'],'answer':'A','answer_index':0,'category':'s'}",
            new ChoiceQuestion("5", "q", List.of("a", "b"), 0, "s")),
        row(
            "mt-bench-questions",
            "{'question_id':81,'category':'c','turns':['a','b']}",
            new EvaluationPrompt("81", List.of("a", "b"), "c", Expected.HELP, "", "")),
        row(
            "mt-bench-answers",
            "{'question_id':81,'choices':[{'index':0,'turns':['x','y']}]}",
            new ReferenceAnswer("81", List.of("x", "y"))),
        row(
            "masked-details",
            "{'NAME-1':'Ann','LOC-2':'Rome'}",
            new MaskedDetails(Map.of("NAME-1", "Ann", "LOC-2", "Rome"))),
        row("text", "'so be it'", new PlainText("so be it")),
        row("text", "{'text':''}", new PlainText("")),
        row(
            "hh-rlhf",
            "{'chosen':'\\n\\nHuman: hi\\n\\nAssistant: a','rejected':'\\n\\nHuman: hi\\n\\nAssistant: b'}",
            new PreferencePair(List.of(Message.user("hi")), "a", "b")),
        row(
            "openassistant",
            "{'prompt':{'role':'prompter','text':'hi','replies':[{'role':'assistant','text':'first','rank':1,'replies':[]},{'role':'assistant','text':'no','rank':0,'deleted':true,'replies':[]},{'role':'assistant','text':'hello','rank':0,'synthetic':true,'replies':[{'role':'prompter','text':'oh','replies':[]}]},{'role':'assistant','text':'last','replies':[]}]}}",
            chat));
  }

  private static Arguments row(String format, String json, DataRecord... records) {
    return Arguments.of(format, json.replace('\'', '"'), List.of(records));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void row_isRecognised_andBecomesItsRecords(String format, String json, List<DataRecord> records)
      throws Exception {
    Path file = Files.writeString(folder.resolve("x.jsonl"), json);
    assertThat(Formats.recognise(file).name()).isEqualTo(format);
    assertThat(read(format, json)).isEqualTo(records);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "conversation | {'messages':[{'role':'tool','content':'x'}]} | USES_TOOLS",
        "conversation | {'messages':[{'role':'assistant','content':null,'tool_calls':[{'id':1}]}]} | USES_TOOLS",
        "conversation | {'messages':[{'role':'user','content':[{'type':'image_url'}]}]} | NOT_ONLY_TEXT",
        "conversation | {'messages':[{'role':'user','content':' '}]} | EMPTY_TURN",
        "instruction | {'instruction':'a','output':''} | EMPTY_TURN",
        "completion | {'prompt':'a','completion':' '} | EMPTY_TURN",
        "prompts | {'prompt':''} | EMPTY_TURN",
        "self-instruct | {'instruction':'a','instances':[]} | EMPTY_TURN",
        "multiple-choice | {'question':'q','options':['a'],'answer':'A'} | NOTHING_TO_CHOOSE",
        "openassistant | {'prompt':{'role':'prompter','text':'hi','replies':[]}} | ENDS_WITHOUT_ANSWER",
        "openassistant | {'prompt':{'role':'prompter','text':'hi','deleted':true,'replies':[{'role':'assistant','text':'a'}]}} | ENDS_WITHOUT_ANSWER",
      })
  void rowOfNoUse_isDropped(String format, String json, DropReason reason) {
    assertThatThrownBy(() -> read(format, json.replace('\'', '"')))
        .isInstanceOfSatisfying(
            DroppedRowException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "conversation | {'messages':'hi'} | field \"messages\" is a string; expected a list",
        "conversation | {'messages':[{'role':'robot','content':'x'}]} | unknown role \"robot\"",
        "instruction | {'instruction':'a'} | no field \"output\"; found instruction",
        "instruction | [1] | expected a JSON object, found an array",
        "prompts | {'frage':'a'} | no prompt; expected a field goal",
        "multiple-choice | {'question':'q','options':['a','b'],'answer':'?'} | its letter",
        "multiple-choice | {'question':'q','options':['a','b'],'answer':'D'} | the right answer is 3: expected 0 to 1",
        "records | {'kind':'poem'} | unknown kind \"poem\": expected one of safety",
        "records | {'frage':'a'} | no kind, and the shape of no format",
        "text | 'half \\ud83e' | half a surrogate pair, which is no Unicode text, at character 6",
        "masked-details | {'NAME-1':3} | field \"NAME-1\" is a number; expected a string",
      })
  void rowThatIsNotAsItShouldBe_isBroken(String format, String json, String problem) {
    assertThatThrownBy(() -> read(format, json.replace('\'', '"')))
        .isInstanceOf(BrokenRowException.class)
        .hasMessageStartingWith("x.jsonl, line 7: ")
        .hasMessageContaining(problem);
  }

  @Test
  void unknownName_isAnErrorThatNamesTheNearest() {
    assertThatThrownBy(() -> Formats.named("hhrlhf"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("did you mean \"hh-rlhf\"?");
    assertThat(Formats.chosen("auto")).isEmpty();
    assertThat(Formats.chosen("text").orElseThrow().name()).isEqualTo("text");
    assertThat(Formats.chosen("text=a.b").orElseThrow().name()).isEqualTo("text=a.b");
  }

  @Test
  void recognise_looksPastBrokenRows_andSaysIfShapesDiffer() throws Exception {
    Path file =
        Files.writeString(folder.resolve("x.jsonl"), "{\n{\"question\":\"a\",\"answer\":\"b\"}\n");
    assertThat(Formats.recognise(file).name()).isEqualTo("question-answer");
    Files.writeString(file, "{\"text\":\"a\"}\n{\"goal\":\"b\"}\n");
    assertThatThrownBy(() -> Formats.recognise(file))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("found rows with the fields text (the first rows alone have known");
    Files.writeString(file, "\n");
    assertThatThrownBy(() -> Formats.recognise(file)).hasMessage(file + ": no rows");
  }

  private static List<DataRecord> read(String format, String json) throws Exception {
    return Formats.named(format)
        .read(
            new Row(SourceLocation.line(Path.of("x.jsonl"), 7), new ObjectMapper().readTree(json)));
  }
}

package dev.palinode.data.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.chat.Message;
import dev.palinode.data.file.Row;
import dev.palinode.data.record.BrokenRowException;
import dev.palinode.data.record.Conversation;
import dev.palinode.data.record.DataRecord;
import dev.palinode.data.record.DataRecord.ChoiceQuestion;
import dev.palinode.data.record.DataRecord.PlainText;
import dev.palinode.data.record.EvaluationPrompt;
import dev.palinode.data.record.EvaluationPrompt.Expected;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.data.record.SourceLocation;
import dev.palinode.data.record.UtilityExample;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ColumnMappingTest {
  @Test
  void targets_decideTheRecord() throws Exception {
    List<Message> asked = List.of(Message.user("what ?"));
    assertThat(read("prompt=q,response=a", "{'q':'what ?','a':'that','n':1}"))
        .isEqualTo(List.of(new UtilityExample(asked, "that")));
    assertThat(
            read(
                "prompt=q,input=i,system=s,response=a",
                "{'q':'say','i':'it','s':'be kind','a':'it'}"))
        .isEqualTo(
            List.of(
                new UtilityExample(
                    List.of(Message.system("be kind"), Message.user("say\n\nit")), "it")));
    assertThat(read("prompt=q,chosen=x,rejected=y", "{'q':'what ?','x':'a','y':'b'}"))
        .isEqualTo(List.of(new PreferencePair(asked, "a", "b")));
    assertThat(read("messages=m", "{'m':[{'role':'user','content':'what ?'}]}"))
        .isEqualTo(List.of(new Conversation(asked)));
    assertThat(
            read(
                "question=q,choices=c,answer=r,id=n", "{'q':'what ?','c':['a','b'],'r':'B','n':4}"))
        .isEqualTo(List.of(new ChoiceQuestion("4", "what ?", List.of("a", "b"), 1, "")));
    assertThat(read("text=t", "{'t':'so'}")).isEqualTo(List.of(new PlainText("so")));
    assertThat(read("prompt=q,label=l", "{'q':'what ?','l':'unsafe'}"))
        .isEqualTo(
            List.of(new EvaluationPrompt("7", List.of("what ?"), "", Expected.DECLINE, "", "")));
  }

  @Test
  void columns_canLieInObjectsAndLists_orHaveDotsInTheirNames() throws Exception {
    UtilityExample example = new UtilityExample(List.of(Message.user("what ?")), "that");
    assertThat(read("prompt=q.text,response=a.1", "{'q':{'text':'what ?'},'a':['no','that']}"))
        .isEqualTo(List.of(example));
    assertThat(read("prompt=q.text,response=a", "{'q.text':'what ?','a':'that'}"))
        .isEqualTo(List.of(example));
  }

  @Test
  void missingColumn_isToldWithTheNearestAndAllThatAreThere() {
    assertThatThrownBy(
            () -> read("prompt=question,response=answer", "{'question':'a','answers':'b'}"))
        .isInstanceOf(BrokenRowException.class)
        .hasMessage(
            "x.jsonl, line 7: no column \"answer\"; did you mean \"answers\"? Found question, answers");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "promt=a,response=b | unknown target \"promt\" in the mapping of columns; did you mean \"prompt\"?",
        "prompt=a,prompt=b | target \"prompt\" is mapped twice",
        "prompt=a,response | \"response\" in the mapping of columns: expected target=column",
        "prompt= | expected target=column",
        "chosen=a,rejected=b | the targets chosen, rejected make no record",
        "prompt=a,text=b | target \"prompt\" does not go with text",
      })
  void mappingWithoutSense_isRefused(String mapping, String problem) {
    assertThatThrownBy(() -> ColumnMapping.parse(mapping))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem);
  }

  private static List<DataRecord> read(String mapping, String json) throws Exception {
    return ColumnMapping.parse(mapping)
        .read(
            new Row(
                SourceLocation.line(Path.of("x.jsonl"), 7),
                new ObjectMapper().readTree(json.replace('\'', '"'))));
  }
}

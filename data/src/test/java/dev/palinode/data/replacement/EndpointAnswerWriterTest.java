package dev.palinode.data.replacement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointClient;
import dev.palinode.endpoint.EndpointException;
import dev.palinode.testkit.ScriptedServer;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Answers written by a served model. */
class EndpointAnswerWriterTest {
  private static final List<Message> PROMPT = List.of(Message.user("Who came?"));

  @Test
  void answers_comeInTheOrderOfTheQuestions() throws IOException {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.says("somebody"))) {
      assertThat(writer(server, WritingMode.CHAT).write(List.of(begun(""), begun("It was"))))
          .containsExactly("somebody", "somebody");
      assertThat(server.requests())
          .extracting(ScriptedServer.Request::path)
          .containsOnly("/v1/chat/completions");
    }
  }

  @Test
  void completion_continuesTheWholeDialogueAsText() throws IOException {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.says("somebody"))) {
      writer(server, WritingMode.COMPLETION).write(List.of(begun("It was")));
      assertThat(server.requests().get(0).path()).isEqualTo("/v1/completions");
      assertThat(server.requests().get(0).body())
          .contains("\"prompt\":\"User: Who came?\\n\\nAssistant: It was\"")
          .contains("\"stop\":[\"\\n\\nUser:\"]");
    }
  }

  @Test
  void serverThatIsNotThere_endsTheRun() {
    EndpointClient client =
        new EndpointClient(
            Endpoint.of(URI.create("http://127.0.0.1:1/v1"), "m")
                .withPatience(Duration.ofSeconds(1), 0),
            Map.of());
    AnswerWriter writer =
        new EndpointAnswerWriter(client, new WritingSettings(WritingMode.CHAT, 0.7, 8));

    assertThatThrownBy(() -> writer.write(List.of(begun(""))))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  private static AnswerWriter.Unfinished begun(String opening) {
    return new AnswerWriter.Unfinished(PROMPT, opening, 3);
  }

  private static AnswerWriter writer(ScriptedServer server, WritingMode mode) {
    EndpointClient client = new EndpointClient(Endpoint.of(server.base(), "m"), Map.of());
    return new EndpointAnswerWriter(client, new WritingSettings(mode, 0.7, 8));
  }
}

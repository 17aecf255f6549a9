package dev.palinode.data.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.endpoint.Endpoint;
import dev.palinode.endpoint.EndpointClient;
import dev.palinode.endpoint.EndpointException;
import dev.palinode.testkit.ScriptedServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers written by a served model. */
class EndpointCompletionGeneratorTest {
  private static final List<Message> PROMPT = List.of(Message.user("Who came?"));

  @TempDir private Path folder;

  @Test
  void answers_comeInTheOrderOfTheQuestions() throws IOException {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.says("somebody"))) {
      assertThat(
              writer(server, WritingSettings.Mode.CHAT).write(List.of(begun(""), begun("It was"))))
          .containsExactly("somebody", "somebody");
      assertThat(server.requests())
          .extracting(ScriptedServer.Request::path)
          .containsOnly("/v1/chat/completions");
    }
  }

  @Test
  void completion_continuesTheWholeDialogueAsText() throws IOException {
    try (ScriptedServer server = new ScriptedServer(ScriptedServer.says("somebody"))) {
      writer(server, WritingSettings.Mode.COMPLETION).write(List.of(begun("It was")));
      assertThat(server.requests().get(0).path()).isEqualTo("/v1/completions");
      assertThat(server.requests().get(0).body())
          .contains("\"prompt\":\"User: Who came?\\n\\nAssistant: It was\"")
          .contains("\"stop\":[\"\\n\\nUser:\"]");
    }
  }

  @Test
  void requestThatFails_losesNothingOfItsBatch() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    ScriptedServer.Reply refuses =
        exchange -> {
          ScriptedServer.json(401, "").to(exchange);
          exchange.close();
          refused.countDown();
        };
    ScriptedServer.Reply says =
        exchange -> {
          await(refused);
          ScriptedServer.says("somebody").to(exchange);
        };
    Path kept = folder.resolve("answers.jsonl");
    try (ScriptedServer server = new ScriptedServer(refuses, says);
        ContentCache<String> cache = CachedCompletionGenerator.openCache(kept)) {
      CompletionGenerator writer =
          new CachedCompletionGenerator(writer(server, WritingSettings.Mode.CHAT), cache);
      List<CompletionGenerator.Unfinished> batch =
          List.of(begun("a"), begun("b"), begun("c"), begun("d"), begun("e"));

      assertThatThrownBy(() -> writer.write(batch)).isInstanceOf(EndpointException.class);

      assertThat(cache.size()).isEqualTo(4);
      assertThat(writer.write(batch)).hasSize(5).containsOnly("somebody");
      assertThat(server.requests()).hasSize(6);
    }
  }

  @Test
  void serverThatIsNotThere_endsTheRun() {
    EndpointClient client =
        new EndpointClient(
            Endpoint.of(URI.create("http://127.0.0.1:1/v1"), "m")
                .withPatience(Duration.ofSeconds(1), 0),
            Map.of());
    CompletionGenerator writer =
        new EndpointCompletionGenerator(
            client, new WritingSettings(WritingSettings.Mode.CHAT, 0.7, 8));

    assertThatThrownBy(() -> writer.write(List.of(begun(""))))
        .isInstanceOf(EndpointException.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static CompletionGenerator.Unfinished begun(String opening) {
    return new CompletionGenerator.Unfinished(PROMPT, opening, 3);
  }

  private static CompletionGenerator writer(ScriptedServer server, WritingSettings.Mode mode) {
    EndpointClient client = new EndpointClient(Endpoint.of(server.base(), "m"), Map.of());
    return new EndpointCompletionGenerator(client, new WritingSettings(mode, 0.7, 8));
  }
}

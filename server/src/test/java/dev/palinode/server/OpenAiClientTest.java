package dev.palinode.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OpenAI's own client, unchanged. */
@SuppressWarnings("deprecation") // fields that programs still send
class OpenAiClientTest {
  private static TestServer server;
  private static OpenAIClient client;

  @BeforeAll
  static void start() {
    server = new TestServer();
    client = client(server, "none");
  }

  private static OpenAIClient client(TestServer server, String key) {
    return OpenAIOkHttpClient.builder()
        .baseUrl(server.url() + "/v1")
        .apiKey(key)
        .maxRetries(0)
        .timeout(Duration.ofSeconds(20))
        .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    server.close();
  }

  private static ChatCompletionCreateParams.Builder asking(String content) {
    return ChatCompletionCreateParams.builder()
        .model("parrot")
        .temperature(0)
        .addSystemMessage("be a parrot")
        .addUserMessage(content);
  }

  @Test
  void chat() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(asking("abc~hello").n(2).seed(1).logprobs(true).topLogprobs(2).build());

    assertThat(answer.choices()).hasSize(2);
    ChatCompletion.Choice first = answer.choices().get(0);
    assertThat(first.message().content()).contains("hello");
    assertThat(first.finishReason()).isEqualTo(ChatCompletion.Choice.FinishReason.STOP);
    var tokens = first.logprobs().orElseThrow().content().orElseThrow();
    assertThat(tokens).extracting(each -> each.token()).containsExactly("h", "e", "l", "l", "o");
    assertThat(tokens.get(0).topLogprobs()).extracting(each -> each.token()).contains("h", "i");
    assertThat(answer.usage().orElseThrow().completionTokens()).isEqualTo(2 * 10);
  }

  @Test
  void anAnswer_canBeSentBack() {
    ChatCompletion first = client.chat().completions().create(asking("one").build());
    ChatCompletion second =
        client
            .chat()
            .completions()
            .create(
                asking("ignored")
                    .addMessage(first.choices().get(0).message())
                    .addUserMessage("two")
                    .build());
    assertThat(second.choices().get(0).message().content()).contains("two");
  }

  @Test
  void anOpening_isContinued() {
    ChatCompletion answer =
        client
            .chat()
            .completions()
            .create(
                asking("abcdef")
                    .addAssistantMessage("abc")
                    .putAdditionalBodyProperty("continue_final_message", JsonValue.from(true))
                    .putAdditionalBodyProperty("add_generation_prompt", JsonValue.from(false))
                    .build());
    assertThat(answer.choices().get(0).message().content()).contains("def");
  }

  @Test
  void stream_withRetractions() {
    StringBuilder shown = new StringBuilder();
    try (StreamResponse<ChatCompletionChunk> stream =
        client
            .chat()
            .completions()
            .createStreaming(
                asking("wrong~right")
                    .putAdditionalBodyProperty(
                        "palinode", JsonValue.from(Map.of("stream_mode", "retractable")))
                    .build())) {
      stream.stream()
          .forEach(
              chunk -> {
                chunk.choices().forEach(it -> it.delta().content().ifPresent(shown::append));
                if (String.valueOf(chunk._additionalProperties().get("palinode"))
                    .contains("retraction")) {
                  shown.append("<");
                }
              });
    }
    assertThat(shown).hasToString("wrong<right");
  }

  @Test
  void plainStream_hasTheVisibleTextOnly() {
    try (StreamResponse<ChatCompletionChunk> stream =
        client.chat().completions().createStreaming(asking("no~right").build())) {
      String text =
          stream.stream()
              .flatMap(chunk -> chunk.choices().stream())
              .flatMap(choice -> choice.delta().content().stream())
              .collect(Collectors.joining());
      assertThat(text).isEqualTo("right");
    }
  }

  @Test
  void completion_withEcho() {
    Completion answer =
        client
            .completions()
            .create(
                CompletionCreateParams.builder()
                    .model("parrot")
                    .prompt("ab\n")
                    .echo(true)
                    .logprobs(1)
                    .maxTokens(2)
                    .temperature(0)
                    .build());
    assertThat(answer.choices().get(0).text()).isEqualTo("ab\nab");
    assertThat(answer.choices().get(0).logprobs().orElseThrow().tokens().orElseThrow())
        .isEqualTo(List.of("a", "b", "\n", "a", "b"));
  }

  @Test
  void models() {
    assertThat(client.models().list().data()).extracting(it -> it.id()).containsExactly("parrot");
    assertThat(client.models().retrieve("parrot").ownedBy()).isEqualTo("palinode");
  }

  @Test
  void errors_areOpenAis() {
    assertThatThrownBy(() -> client.chat().completions().create(asking("a").user("me").build()))
        .isInstanceOf(BadRequestException.class)
        .hasMessageContaining("unknown field user");
    assertThatThrownBy(() -> client.chat().completions().create(asking("a").model("gpt-9").build()))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("this server has: parrot");
  }

  @Test
  void keys(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("keys"), "a-key-of-16-chars\nanother-key-of-16\n");
    ServerSettings open = ServerSettings.DEFAULT;
    ServerSettings locked =
        new ServerSettings(
            open.host(),
            0,
            ApiKeys.read(file),
            open.corsOrigin(),
            open.limits(),
            open.bufferedParts(),
            open.stall(),
            false);
    try (TestServer closed = new TestServer(locked)) {
      OpenAIClient right = client(closed, "another-key-of-16");
      OpenAIClient wrong = client(closed, "another-key-of-17");
      assertThat(right.models().list().data()).hasSize(1);
      assertThatThrownBy(() -> wrong.models().list()).isInstanceOf(UnauthorizedException.class);
      right.close();
      wrong.close();
      assertThat(closed.get("/metrics").statusCode()).isEqualTo(401);
      assertThat(closed.get("/v1/models").headers().firstValue("WWW-Authenticate"))
          .contains("Bearer");
      assertThat(closed.get("/health").statusCode()).isEqualTo(200);
    }
    Files.writeString(file, "short\n");
    assertThatThrownBy(() -> ApiKeys.read(file)).hasMessageContaining("expected 16 or more");
  }
}

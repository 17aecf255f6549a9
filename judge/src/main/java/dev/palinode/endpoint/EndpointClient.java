package dev.palinode.endpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.chat.TranscriptChatFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.commons.lang3.Strings;

/**
 * A client of a model that is served with OpenAI's API.
 *
 * <p>A request that may succeed later is repeated, after half a second, a second and so on up to 30
 * seconds, or after the time that the server asks for, at most two minutes. If there is no answer
 * after the last retry, an {@link EndpointException} is thrown. Interrupting a thread ends its
 * request. There is nothing to close. Immutable and thread-safe.
 */
public final class EndpointClient {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Endpoint endpoint;
  private final String key;
  private final RetryingHttpClient post;

  /**
   * A client; nothing is sent yet.
   *
   * @param environment as of {@link System#getenv()}, which holds the key
   * @throws IllegalArgumentException if the key's variable is not set, or does not hold a key
   */
  public EndpointClient(Endpoint endpoint, Map<String, String> environment) {
    this(endpoint, environment, RetryingHttpClient.Backoff.DEFAULT);
  }

  EndpointClient(
      Endpoint endpoint, Map<String, String> environment, RetryingHttpClient.Backoff backoff) {
    this.endpoint = endpoint;
    String variable = endpoint.keyVariable();
    this.key = variable == null ? "" : Endpoint.key(variable, environment);
    this.post = new RetryingHttpClient(endpoint, key, backoff);
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /**
   * The model's next message in a conversation ({@code /chat/completions}). If the answer has an
   * opening, that is the last message: llama.cpp continues it by itself, vLLM with parameters that
   * are set here; OpenAI's servers refuse. If the server repeats the opening, it is removed.
   *
   * @param showsSpecialTokens whether the text has special tokens, on servers that can (vLLM)
   * @throws EndpointException if there is no usable response
   * @throws IllegalArgumentException if a setting cannot be sent; the message names it
   */
  Completion chat(ChatRequest request, boolean showsSpecialTokens) throws InterruptedException {
    ObjectNode body = body(request, showsSpecialTokens);
    ArrayNode messages = body.putArray("messages");
    request.conversation().forEach(message -> add(messages, message));
    String opening = request.opening();
    if (!opening.isEmpty()) {
      add(messages, Message.assistant(opening));
      body.put("continue_final_message", true).put("add_generation_prompt", false);
    }
    return completion("/chat/completions", body, "/message/content", opening);
  }

  private static void add(ArrayNode messages, Message message) {
    messages
        .addObject()
        .put("role", message.role().templateName())
        .put("content", message.content());
  }

  /**
   * The model's next message in a conversation that is sent as text ({@code /completions}), for
   * models without a chat template: as {@link TranscriptChatFormat} lays it out, up to the user's
   * next turn. Throws as {@link #chat}.
   */
  Completion continueText(ChatRequest request, boolean showsSpecialTokens)
      throws InterruptedException {
    String user = TranscriptChatFormat.USER;
    String dialogue = TranscriptChatFormat.text(user, request.conversation());
    ObjectNode body = body(request, showsSpecialTokens);
    body.put("prompt", (dialogue + " " + request.opening()).strip());
    body.putArray("stop").add(TranscriptChatFormat.turn(user));
    return completion("/completions", body, "/text", "");
  }

  private ObjectNode body(ChatRequest request, boolean showsSpecialTokens) {
    ObjectNode body = MAPPER.createObjectNode().put("model", endpoint.model());
    SamplingJson.put(body, request.sampling(), request.maxTokens(), request.seed());
    if (showsSpecialTokens) {
      body.put("skip_special_tokens", false);
    }
    return body;
  }

  private Completion completion(String path, ObjectNode request, String place, String opening)
      throws InterruptedException {
    long start = System.nanoTime();
    RetryingHttpClient.Response response = post.send(path, request.toString().getBytes(UTF_8));
    Duration whole = Duration.ofNanos(System.nanoTime() - start);
    JsonNode json = json(path, response.body);
    JsonNode choice = json.path("choices").path(0);
    JsonNode text = choice.at(place);
    if (!text.isTextual()) {
      throw noCompletion(
          path, response.body, "no choices[0]" + place.replace('/', '.') + " of text");
    }
    return new Completion(
        Strings.CS.removeStart(text.textValue(), opening),
        choice.path("finish_reason").asText(""),
        json.at("/usage/prompt_tokens").asInt(),
        json.at("/usage/completion_tokens").asInt(),
        whole.minus(response.time),
        response.time);
  }

  private JsonNode json(String path, byte[] body) {
    try {
      return MAPPER.readTree(body);
    } catch (IOException e) {
      throw noCompletion(path, body, "no JSON");
    }
  }

  private EndpointException noCompletion(String path, byte[] body, String why) {
    String message = ErrorMessage.of(body, key);
    return EndpointException.ofRequest(
        "%s: the response is not a completion (%s): %s"
            .formatted(endpoint.resource(path), why, message.isEmpty() ? "it is empty" : message));
  }
}

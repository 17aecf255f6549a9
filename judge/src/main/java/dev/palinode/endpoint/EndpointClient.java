package dev.palinode.endpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.chat.Message;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.lang3.Validate;

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
    this.key = key(endpoint, environment);
    this.post = new RetryingHttpClient(endpoint, key, backoff);
  }

  public Endpoint endpoint() {
    return endpoint;
  }

  /** The model's next message in a conversation ({@code /chat/completions}). */
  public Completion complete(List<Message> conversation, CompletionSettings settings)
      throws InterruptedException {
    return completion("/chat/completions", chat(conversation, settings), "/message/content");
  }

  /**
   * Continues the beginning of the model's own message ({@code /chat/completions} with the
   * assistant's message last). llama.cpp does so by itself, vLLM with parameters that are set here;
   * OpenAI's servers refuse.
   *
   * @param opening how the answer begins; not empty
   * @return the text after the opening; if the server repeats the opening, it is removed
   */
  public Completion continueAnswer(
      List<Message> conversation, String opening, CompletionSettings settings)
      throws InterruptedException {
    List<Message> begun = new ArrayList<>(conversation);
    begun.add(Message.assistant(opening));
    ObjectNode request =
        chat(begun, settings)
            .put("continue_final_message", true)
            .put("add_generation_prompt", false);
    Completion written = completion("/chat/completions", request, "/message/content");
    return written.text().startsWith(opening)
        ? new Completion(written.text().substring(opening.length()), written.finishReason())
        : written;
  }

  private ObjectNode chat(List<Message> conversation, CompletionSettings settings) {
    ObjectNode request = request(settings);
    ArrayNode messages = request.putArray("messages");
    for (Message message : conversation) {
      messages
          .addObject()
          .put("role", message.role().templateName())
          .put("content", message.content());
    }
    return request;
  }

  /**
   * Continues a text ({@code /completions}), which may end in mid-sentence. No chat template is
   * applied: to continue a conversation, the caller renders it.
   */
  public Completion continueText(String text, CompletionSettings settings)
      throws InterruptedException {
    return completion("/completions", request(settings).put("prompt", text), "/text");
  }

  private ObjectNode request(CompletionSettings settings) {
    ObjectNode request =
        MAPPER
            .createObjectNode()
            .put("model", endpoint.model())
            .put("temperature", settings.temperature())
            .put("max_tokens", settings.maxTokens());
    if (settings.seed() != null) {
      request.put("seed", settings.seed());
    }
    if (!settings.stop().isEmpty()) {
      settings.stop().forEach(request.putArray("stop")::add);
    }
    return request;
  }

  private Completion completion(String path, ObjectNode request, String place)
      throws InterruptedException {
    byte[] body = post.send(path, bytes(request));
    JsonNode choice = choice(path, body);
    JsonNode text = choice.at(place);
    if (!text.isTextual()) {
      throw noCompletion(path, body, "no choices[0]" + place.replace('/', '.') + " of text");
    }
    return new Completion(text.textValue(), choice.path("finish_reason").asText(""));
  }

  private static byte[] bytes(ObjectNode request) {
    try {
      return MAPPER.writeValueAsBytes(request);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a JSON tree can always be written", e);
    }
  }

  private JsonNode choice(String path, byte[] body) {
    try {
      return MAPPER.readTree(body).path("choices").path(0);
    } catch (IOException e) {
      throw noCompletion(path, body, "no JSON");
    }
  }

  private EndpointException noCompletion(String path, byte[] body, String why) {
    String message = HttpFailure.message(body, key);
    return EndpointException.ofRequest(
        "%s: the response is no completion (%s): %s"
            .formatted(endpoint.resource(path), why, message.isEmpty() ? "it is empty" : message));
  }

  private static String key(Endpoint endpoint, Map<String, String> environment) {
    String variable = endpoint.keyVariable();
    if (variable == null) {
      return "";
    }
    String key = environment.getOrDefault(variable, "").strip();
    Validate.isTrue(
        !key.isEmpty(),
        "the environment variable %s, which is to hold the key of %s, is not set",
        variable,
        endpoint.base());
    if (!key.matches("[\\x21-\\x7E]+")) { // never shown, even if invalid
      throw new IllegalArgumentException(
          "the environment variable %s holds no key: expected ASCII characters without blanks"
              .formatted(variable));
    }
    return key;
  }
}

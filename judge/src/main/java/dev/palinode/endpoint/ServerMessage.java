package dev.palinode.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a server says of a request that it did not fulfil, made fit for a message. */
final class ServerMessage {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Where OpenAI and llama.cpp, TGI, vLLM, and FastAPI put it. */
  private static final List<String> PLACES =
      List.of("/error/message", "/error", "/message", "/detail");

  private static final int MOST_BYTES = 2000;

  private ServerMessage() {}

  /**
   * The message in quotation marks, or the beginning of the body if it has no known form; empty for
   * an empty body.
   *
   * @param secret is blotted out: some servers repeat the key that they do not take
   */
  static String of(byte[] body, String secret) {
    String text = text(body).strip();
    String told = secret.isEmpty() ? text : text.replace(secret, "***");
    return told.isEmpty() ? "" : Printable.quote(told);
  }

  private static String text(byte[] body) {
    try {
      JsonNode json = MAPPER.readTree(body);
      for (String place : PLACES) {
        if (json.at(place).isTextual()) {
          return json.at(place).textValue();
        }
      }
    } catch (IOException e) {
      // no JSON: a proxy's page, perhaps
    }
    return new String(body, 0, Math.min(body.length, MOST_BYTES), StandardCharsets.UTF_8);
  }
}

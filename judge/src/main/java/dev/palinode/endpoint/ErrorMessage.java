package dev.palinode.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.text.Printable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The message of a server that reports an error. */
public final class ErrorMessage {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Where OpenAI and llama.cpp, TGI, vLLM, and FastAPI put the message. */
  private static final List<String> PLACES =
      List.of("/error/message", "/error", "/message", "/detail");

  private static final int MOST_BYTES = 2000;

  private ErrorMessage() {}

  /**
   * The server's message in quotation marks, or the beginning of the body if its form is unknown;
   * empty for an empty body.
   *
   * @param secret is redacted, as some servers repeat a rejected key; empty for none
   */
  public static String of(byte[] body, String secret) {
    String text = text(body).strip();
    String message = secret.isEmpty() ? text : text.replace(secret, "***");
    return message.isEmpty() ? "" : Printable.quote(message);
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
      // not JSON: a proxy's page, perhaps
    }
    return new String(body, 0, Math.min(body.length, MOST_BYTES), StandardCharsets.UTF_8);
  }
}

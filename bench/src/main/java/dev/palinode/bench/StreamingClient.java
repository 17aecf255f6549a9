package dev.palinode.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Iterator;
import java.util.stream.Stream;

/** A client that streams greedy chat answers from an OpenAI-compatible server. Thread-safe. */
final class StreamingClient {
  /** How a request ended. */
  sealed interface Outcome {}

  /**
   * An answer.
   *
   * @param text its content
   * @param tokens that were sampled for it, as the server counts them
   * @param firstTextNanos from the request to the first content
   * @param totalNanos from the request to the end of the stream
   */
  record Answered(String text, int tokens, long firstTextNanos, long totalNanos)
      implements Outcome {}

  /** The server is full. */
  record Refused() implements Outcome {}

  /** This client disconnected. */
  record Disconnected() implements Outcome {}

  /**
   * Neither an answer nor a refusal.
   *
   * @param reason for people
   */
  record Failed(String reason) implements Outcome {}

  private static final JsonMapper JSON = new JsonMapper();
  private static final String DATA = "data: ";
  private static final int TOO_MANY_REQUESTS = 429;

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI completions;
  private final String model;
  private final int maxTokens;

  /**
   * A client of the first model that the server lists.
   *
   * @param api address of the API, with {@code /v1}
   * @param maxTokens the most tokens of an answer
   */
  StreamingClient(URI api, int maxTokens) throws IOException {
    this.maxTokens = maxTokens;
    completions = URI.create(api + "/chat/completions");
    HttpRequest models = HttpRequest.newBuilder(URI.create(api + "/models")).build();
    try {
      String listed = http.send(models, HttpResponse.BodyHandlers.ofString()).body();
      model = JSON.readTree(listed).at("/data/0/id").asText();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while asking for the models", e);
    }
  }

  /**
   * Asks one question.
   *
   * @param chunks after which to disconnect; negative to read to the end
   */
  Outcome ask(String prompt, int chunks) throws InterruptedException {
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", model)
            .put("temperature", 0)
            .put("max_tokens", maxTokens)
            .put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", prompt);
    body.putObject("stream_options").put("include_usage", true);
    HttpRequest request =
        HttpRequest.newBuilder(completions)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
            .build();
    long start = System.nanoTime();
    try {
      HttpResponse<Stream<String>> response =
          http.send(request, HttpResponse.BodyHandlers.ofLines());
      try (Stream<String> lines = response.body()) {
        if (response.statusCode() == TOO_MANY_REQUESTS) {
          return new Refused();
        }
        return response.statusCode() == 200
            ? read(lines.iterator(), chunks, start)
            : new Failed("HTTP status " + response.statusCode());
      }
    } catch (IOException | RuntimeException e) {
      return new Failed(e.toString());
    }
  }

  private static Outcome read(Iterator<String> lines, int chunks, long start) throws IOException {
    StringBuilder text = new StringBuilder();
    long first = 0;
    int tokens = 0;
    boolean finished = false;
    for (int seen = 0; lines.hasNext(); ) {
      String line = lines.next();
      if (!line.startsWith(DATA)) {
        continue;
      }
      if (line.equals(DATA + "[DONE]")) {
        return finished
            ? new Answered(text.toString(), tokens, first, System.nanoTime() - start)
            : new Failed("the stream ended without a finish_reason");
      }
      JsonNode chunk = JSON.readTree(line.substring(DATA.length()));
      if (chunk.has("error")) {
        return new Failed(chunk.get("error").toString());
      }
      String content = chunk.at("/choices/0/delta/content").asText("");
      if (first == 0 && !content.isEmpty()) {
        first = System.nanoTime() - start;
      }
      text.append(content);
      finished |= chunk.at("/choices/0/finish_reason").isTextual();
      tokens = chunk.at("/usage/completion_tokens").asInt(tokens);
      if (seen++ == chunks) {
        return new Disconnected();
      }
    }
    return new Failed("the stream ended without [DONE]");
  }
}

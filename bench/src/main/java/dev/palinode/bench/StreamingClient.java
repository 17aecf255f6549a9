package dev.palinode.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
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

  /** Asks a question, and reads the answer. */
  Outcome ask(String prompt) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(completions)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body(prompt)))
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
            ? read(lines.iterator(), start)
            : new Failed("HTTP status " + response.statusCode());
      }
    } catch (IOException | RuntimeException e) {
      return new Failed(e.toString());
    }
  }

  /**
   * Asks a question, and disconnects after some chunks. On a socket of its own: the JDK's client
   * may give a connection that it is about to close to the next request.
   */
  Outcome askAndLeave(String prompt, int chunks) {
    byte[] body = body(prompt).getBytes(StandardCharsets.UTF_8);
    String head =
        String.join(
            "\r\n",
            "POST " + completions.getPath() + " HTTP/1.1",
            "Host: " + completions.getAuthority(),
            "Content-Type: application/json",
            "Content-Length: " + body.length,
            "",
            "");
    try (Socket socket = new Socket(completions.getHost(), completions.getPort());
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8))) {
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().write(body);
      String status = in.readLine();
      if (status == null || !status.contains(" 200 ")) {
        return status != null && status.contains(" " + TOO_MANY_REQUESTS + " ")
            ? new Refused()
            : new Failed("status line " + status);
      }
      for (int seen = 0; seen < chunks; ) {
        String line = in.readLine();
        if (line == null) {
          return new Failed("the server hung up");
        }
        if (line.startsWith(DATA)) {
          seen = line.equals(DATA + "[DONE]") ? chunks : seen + 1;
        }
      }
      return new Disconnected();
    } catch (IOException e) {
      return new Failed(e.toString());
    }
  }

  private String body(String prompt) {
    ObjectNode body =
        JSON.createObjectNode()
            .put("model", model)
            .put("temperature", 0)
            .put("max_tokens", maxTokens)
            .put("stream", true);
    body.putArray("messages").addObject().put("role", "user").put("content", prompt);
    body.putObject("stream_options").put("include_usage", true);
    return body.toString();
  }

  private static Outcome read(Iterator<String> lines, long start) throws IOException {
    StringBuilder text = new StringBuilder();
    long first = 0;
    int tokens = 0;
    boolean finished = false;
    while (lines.hasNext()) {
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
    }
    return new Failed("the stream ended without [DONE]");
  }
}

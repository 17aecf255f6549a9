package dev.palinode.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.palinode.testkit.FaultTally;
import dev.palinode.testkit.ProcessTeam;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A gateway in front of two processes that serve the shipped model, one of which is killed under
 * load: every answer that is given is the right one, and the gateway goes on with the other.
 */
@Tag("fault")
class GatewayFaultTest {
  private static final FaultTally TALLY = new FaultTally("requests while a server was killed");
  private static final Duration STARTING = Duration.ofSeconds(100);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path MODEL =
      Path.of(System.getProperty("palinode.root", ".."))
          .resolve("models/safety-world")
          .toAbsolutePath()
          .normalize();

  private record Asked(String prompt, int maxTokens) {}

  private final HttpClient http = HttpClient.newHttpClient();

  @TempDir private Path folder;

  @AfterAll
  static void print() {
    TALLY.print();
  }

  @Test
  void aServerIsKilledUnderLoad_andNoAnswerIsWrong() throws Exception {
    int first = ProcessTeam.freePort();
    int second = ProcessTeam.freePort();
    int front = ProcessTeam.freePort();
    try (ProcessTeam dies = serve(first);
        ProcessTeam lives = serve(second)) {
      dies.awaitOutput(0, "serves safety-world", STARTING);
      lives.awaitOutput(0, "serves safety-world", STARTING);
      try (ProcessTeam gateway = gateway(front, first, second)) {
        gateway.awaitOutput(0, "serves the models of 2 upstreams", STARTING);
        Map<Asked, String> right = new HashMap<>();
        for (Asked asked : questions()) {
          right.put(asked, ask(second, asked, false).orElseThrow());
        }

        int failed = load(front, right, dies);
        assertThat(failed).as("those that the dead server had begun").isLessThanOrEqualTo(16);
        for (Asked asked : questions()) {
          assertThat(ask(front, asked, true)).hasValue(right.get(asked));
        }
      }
    }
  }

  private ProcessTeam serve(int port) {
    return ProcessTeam.alone(
        Palinode.class, folder, "serve", MODEL.toString(), "--port", Integer.toString(port));
  }

  private ProcessTeam gateway(int port, int... upstreams) {
    List<String> arguments = new ArrayList<>(List.of("gateway", "--port", Integer.toString(port)));
    Arrays.stream(upstreams)
        .forEach(each -> arguments.addAll(List.of("--upstream", "http://127.0.0.1:" + each)));
    return ProcessTeam.alone(Palinode.class, folder, arguments.toArray(String[]::new));
  }

  /** Prompts with limits, so that there are many different answers. */
  private static List<Asked> questions() throws IOException {
    List<Asked> questions = new ArrayList<>();
    for (String prompt : Files.readAllLines(MODEL.resolve("prompts.txt"))) {
      for (int maxTokens = 12; maxTokens <= 40; maxTokens += 4) {
        questions.add(new Asked(prompt, maxTokens));
      }
    }
    return questions;
  }

  /** Number of requests that failed; the others had the right answer. */
  private int load(int port, Map<Asked, String> right, ProcessTeam dies) throws Exception {
    List<Asked> questions = questions();
    AtomicInteger begun = new AtomicInteger();
    Callable<Integer> client =
        () -> {
          int failed = 0;
          for (int i = begun.getAndIncrement(); i < 240; i = begun.getAndIncrement()) {
            if (i == 80) {
              dies.signal(0, "KILL");
            }
            Asked asked = questions.get(i % questions.size());
            Optional<String> answer = ask(port, asked, i % 3 > 0);
            TALLY.count(answer.isPresent() ? "answered" : "failed");
            failed += answer.isPresent() ? 0 : 1;
            assertThat(answer.orElse(right.get(asked))).isEqualTo(right.get(asked));
          }
          return failed;
        };
    ExecutorService clients = Executors.newFixedThreadPool(16);
    try {
      int failed = 0;
      for (Future<Integer> each : clients.invokeAll(Collections.nCopies(16, client))) {
        failed += each.get();
      }
      return failed;
    } finally {
      clients.shutdownNow();
    }
  }

  /** The answer; empty if there was an error instead. */
  private Optional<String> ask(int port, Asked asked, boolean stream) throws Exception {
    String body =
        JSON.writeValueAsString(
            Map.of(
                "model",
                "safety-world",
                "messages",
                List.of(Map.of("role", "user", "content", asked.prompt())),
                "temperature",
                0,
                "max_tokens",
                asked.maxTokens(),
                "stream",
                stream));
    HttpResponse<String> response =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/v1/chat/completions"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.ofString());
    if (response.statusCode() != 200) {
      assertThat(response.statusCode()).as(response.body()).isGreaterThanOrEqualTo(500);
      return Optional.empty();
    }
    return stream
        ? streamed(response.body())
        : Optional.of(JSON.readTree(response.body()).at("/choices/0/message/content").asText());
  }

  private static Optional<String> streamed(String events) throws IOException {
    StringBuilder text = new StringBuilder();
    boolean isWhole = false;
    for (String line : events.lines().filter(each -> each.startsWith("data: {")).toList()) {
      JsonNode event = JSON.readTree(line.substring(6));
      text.append(event.at("/choices/0/delta/content").asText());
      isWhole |= event.at("/choices/0/finish_reason").isTextual();
    }
    return isWhole ? Optional.of(text.toString()) : Optional.empty();
  }
}

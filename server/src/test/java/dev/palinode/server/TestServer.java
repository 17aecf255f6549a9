package dev.palinode.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.sampling.LogProbabilities;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.PatternGuard;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.server.local.LocalEngine;
import dev.palinode.server.local.LocalModel;
import dev.palinode.server.local.LocalSettings;
import dev.palinode.testkit.CharTokenizer;
import dev.palinode.testkit.FakeCausalLm;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.lang3.ArrayUtils;

/**
 * A server whose model, called {@code parrot}, says its prompt: {@code ~} in it is a reset, and
 * {@code x1000} is said as a thousand x. In a chat, it says the last message.
 */
final class TestServer implements AutoCloseable {
  static final int RESET = 1;
  static final int ROWS = 4;
  static final int QUEUE = 4;

  private static final char PROMPT_END = '\n';
  private static final int CONTEXT = 20_000;

  final FakeCausalLm model = new FakeCausalLm(CharTokenizer.SIZE, CONTEXT, this::logits);
  final List<String> log = new CopyOnWriteArrayList<>();
  final PalinodeServer server;
  volatile long stepMillis;

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** With a window of 3 tokens, a guard called {@code words} against "bad", and these settings. */
  TestServer(ServerSettings settings) {
    this(settings, false);
  }

  TestServer() {
    this(ServerSettings.DEFAULT);
  }

  TestServer(ServerSettings settings, boolean guarded) {
    PatternGuard guard = PatternGuard.words(List.of("bad"));
    GuardSettings guards =
        new GuardSettings(
            Map.of("words", conversation -> guard),
            true,
            4,
            1,
            "no.",
            "nicely",
            Duration.ofSeconds(5));
    LocalSettings local =
        new LocalSettings(
            BatchLimits.rows(ROWS),
            QUEUE,
            8000,
            UndoPolicy.onReset(RESET, 8),
            0,
            false,
            guarded ? guards : GuardSettings.NONE,
            3,
            Optional.empty());
    LocalModel parrot =
        new LocalModel(
            model,
            new CharTokenizer(),
            Optional.of(FORMAT),
            OptionalInt.of(RESET),
            Set.of(CharTokenizer.EOS),
            this::score);
    server =
        PalinodeServer.start(settings, List.of(new LocalEngine("parrot", parrot, local)), log::add);
  }

  private static final ChatFormat FORMAT =
      new ChatFormat() {
        @Override
        public int[] prompt(List<Message> messages) {
          String all = messages.stream().map(Message::content).collect(Collectors.joining("|"));
          return ids(all + PROMPT_END);
        }

        @Override
        public int[] answer(String text) {
          return ArrayUtils.add(ids(text), CharTokenizer.EOS);
        }

        @Override
        public Set<Integer> endOfTurnIds() {
          return Set.of(CharTokenizer.EOS);
        }
      };

  private static int[] ids(String text) {
    return new CharTokenizer().encodeText(text);
  }

  private float[] logits(int[] tokens) {
    pause();
    return oneHot(tokens);
  }

  /** One token is all but certain, and the next in the alphabet comes after it. */
  private static float[] oneHot(int[] tokens) {
    String all = new CharTokenizer().decode(tokens, true);
    int end = ArrayUtils.indexOf(tokens, PROMPT_END);
    float[] logits = new float[CharTokenizer.SIZE];
    int next = CharTokenizer.EOS;
    if (end >= 0) {
      String script = script(all.substring(0, end));
      int at = tokens.length - end - 1;
      next = at < script.length() ? script.charAt(at) : CharTokenizer.EOS;
      next = next == '~' ? RESET : next;
    }
    logits[next] = 20;
    logits[(next + 1) % CharTokenizer.SIZE] = 10;
    return logits;
  }

  private static String script(String prompt) {
    String last = prompt.substring(prompt.lastIndexOf('|') + 1);
    return last.matches("x[0-9]+") ? "x".repeat(Integer.parseInt(last.substring(1))) : last;
  }

  private void pause() {
    if (stepMillis > 0) {
      try {
        Thread.sleep(stepMillis);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private List<TokenLogProbs> score(int[] ids, int top) {
    List<TokenLogProbs> scores = new ArrayList<>();
    for (int i = 1; i < ids.length; i++) {
      float[] logits = oneHot(Arrays.copyOf(ids, i));
      scores.add(
          new TokenLogProbs(
              OptionalDouble.of(logits[ids[i]] - LogProbabilities.logSumExp(logits)),
              LogProbabilities.top(logits, top),
              OptionalDouble.empty()));
    }
    return scores;
  }

  String url() {
    return "http://127.0.0.1:" + server.port();
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(20));
  }

  HttpResponse<String> get(String path) throws Exception {
    return client.send(request(path).build(), BodyHandlers.ofString());
  }

  HttpResponse<String> post(String path, String json) throws Exception {
    return client.send(
        request(path)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build(),
        BodyHandlers.ofString());
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Waits until no row is in use. */
  void awaitIdle(Duration most) throws InterruptedException {
    long end = System.nanoTime() + most.toNanos();
    while (model.openRows() > 0) {
      if (System.nanoTime() > end) {
        throw new AssertionError(model.openRows() + " rows are still in use");
      }
      Thread.sleep(5);
    }
  }

  /** Waits until the metrics have these texts: a request is counted after its response. */
  void awaitMetrics(String... texts) throws Exception {
    String metrics = get("/metrics").body();
    for (int i = 0; i < 400 && !Stream.of(texts).allMatch(metrics::contains); i++) {
      Thread.sleep(25);
      metrics = get("/metrics").body();
    }
    assertThat(metrics).contains(texts);
  }

  @Override
  public void close() {
    server.close();
  }
}

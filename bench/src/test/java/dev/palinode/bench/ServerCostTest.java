package dev.palinode.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.DecodingService;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.server.PalinodeServer;
import dev.palinode.server.ServerSettings;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.server.local.LocalEngine;
import dev.palinode.server.local.LocalModel;
import dev.palinode.server.local.LocalSettings;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Libtorch;
import dev.palinode.testkit.UniformTokenizer;
import dev.palinode.token.Tokenizer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Prints what HTTP adds to decoding: figures of docs/performance.md, for two threads. */
@Tag("slow")
class ServerCostTest {
  private static final int STREAMS = 16;
  private static final int PROMPT = 32;
  private static final int TOKENS = 64;
  private static final int ROUNDS = 7;

  private final int threads = Libtorch.threads();
  private final HttpClient http = HttpClient.newHttpClient();
  private final ExecutorService clients = Executors.newFixedThreadPool(STREAMS);

  /**
   * Times of some streams that began together.
   *
   * @param tokensPerSecond of all
   * @param firstMillis to the first token of the first one
   */
  private record Times(double tokensPerSecond, double firstMillis) {}

  /** Reads one answer, and gives the time of its first token. */
  private interface Reader {
    long read(int[] prompt) throws Exception;
  }

  /** Each id as a number. */
  private static final class Numbers extends UniformTokenizer {
    private final int size;

    Numbers(int size) {
      this.size = size;
    }

    @Override
    public String decode(int[] ids, boolean skipSpecial) {
      return Arrays.stream(ids).mapToObj(id -> " " + id).collect(Collectors.joining());
    }

    @Override
    public int vocabSize() {
      return size;
    }

    @Override
    public OptionalInt idOf(String token) {
      return OptionalInt.empty();
    }

    @Override
    public boolean isSpecial(int id) {
      return false;
    }
  }

  @AfterEach
  void restore() {
    clients.shutdownNow();
    Libtorch.setThreads(threads);
  }

  @Test
  void streamsOverHttp_areHardlySlowerThanInProcess() throws Exception {
    Libtorch.setThreads(2);
    try (Transformer random = Transformer.initialise(ModelShape.parse("110m").config(), 1);
        Transformer model = random.forInference(WeightType.F32, Device.CPU)) {
      Tokenizer tokenizer = new Numbers(model.config().vocabSize());
      TransformerLm lm = new TransformerLm(model);
      LocalModel served =
          new LocalModel(
              lm,
              tokenizer,
              Optional.empty(),
              OptionalInt.empty(),
              Set.of(),
              (ids, top) -> List.of());
      LocalSettings settings =
          new LocalSettings(
              BatchLimits.rows(STREAMS),
              STREAMS,
              model.config().contextLength(),
              UndoPolicy.NONE,
              0,
              false,
              GuardSettings.NONE,
              0,
              Optional.empty());
      try (DecodingService service =
              new DecodingService(lm, tokenizer, BatchLimits.rows(STREAMS), STREAMS);
          PalinodeServer server =
              PalinodeServer.start(
                  ServerSettings.DEFAULT,
                  List.of(new LocalEngine("random", served, settings)),
                  line -> {})) {
        URI uri = URI.create("http://127.0.0.1:" + server.port() + "/v1/completions");
        compare(prompt -> inProcess(service, prompt), prompt -> overHttp(uri, prompt));
      }
    }
  }

  private void compare(Reader inProcess, Reader overHttp) throws Exception {
    List<Times> library = new ArrayList<>();
    List<Times> server = new ArrayList<>();
    List<Times> libraryAlone = new ArrayList<>();
    List<Times> serverAlone = new ArrayList<>();
    for (int round = -1; round < ROUNDS; round++) {
      Times[] times = {
        measure(inProcess, STREAMS), measure(overHttp, STREAMS),
        measure(inProcess, 1), measure(overHttp, 1)
      };
      if (round >= 0) { // the first one warms up
        library.add(times[0]);
        server.add(times[1]);
        libraryAlone.add(times[2]);
        serverAlone.add(times[3]);
      }
    }
    double ratio = tokensPerSecond(server) / tokensPerSecond(library);
    System.out.printf(
        Locale.ROOT,
        "%d streams: %.1f tokens/s over HTTP, %.1f in process: %.3f; "
            + "first token alone: %.1f ms over HTTP, %.1f in process%n",
        STREAMS,
        tokensPerSecond(server),
        tokensPerSecond(library),
        ratio,
        firstMillis(serverAlone),
        firstMillis(libraryAlone));
    assertThat(ratio).isGreaterThan(0.95);
    assertThat(firstMillis(serverAlone) - firstMillis(libraryAlone)).isLessThan(5);
  }

  private static double tokensPerSecond(List<Times> times) {
    return Median.of(times.stream().mapToDouble(Times::tokensPerSecond).toArray());
  }

  private static double firstMillis(List<Times> times) {
    return Median.of(times.stream().mapToDouble(Times::firstMillis).toArray());
  }

  private Times measure(Reader reader, int streams) throws Exception {
    Random random = new Random(1);
    long start = System.nanoTime();
    List<Future<Long>> running = new ArrayList<>();
    for (int i = 0; i < streams; i++) {
      int[] prompt = random.ints(PROMPT, 0, 32_000).toArray();
      running.add(clients.submit(() -> reader.read(prompt)));
    }
    long first = Long.MAX_VALUE;
    for (Future<Long> each : running) {
      first = Math.min(first, each.get());
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return new Times(streams * TOKENS / seconds, (first - start) / 1e6);
  }

  private static long inProcess(DecodingService service, int[] prompt) throws InterruptedException {
    GenerationRequest request =
        GenerationRequest.builder(prompt)
            .continuesText(true)
            .maxNewTokens(TOKENS)
            .sampling(SamplingSettings.temperature(1))
            .build();
    long first = 0;
    int tokens = 0;
    try (Stream<GenerationEvent> events = service.stream(request)) {
      for (Iterator<GenerationEvent> each = events.iterator(); each.hasNext(); ) {
        if (each.next() instanceof GenerationEvent.Token && tokens++ == 0) {
          first = System.nanoTime();
        }
      }
    }
    assertThat(tokens).isEqualTo(TOKENS);
    return first;
  }

  private long overHttp(URI uri, int[] prompt) throws IOException, InterruptedException {
    String body =
        "{\"model\":\"random\",\"temperature\":1,\"seed\":0,\"stream\":true,\"max_tokens\":"
            + TOKENS
            + ",\"prompt\":"
            + Arrays.toString(prompt)
            + "}";
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    HttpResponse<Stream<String>> response = http.send(request, HttpResponse.BodyHandlers.ofLines());
    long first = 0;
    int chunks = 0;
    try (Stream<String> lines = response.body()) {
      for (Iterator<String> each = lines.iterator(); each.hasNext(); ) {
        if (each.next().startsWith("data: {") && chunks++ == 0) {
          first = System.nanoTime();
        }
      }
    }
    assertThat(chunks).isBetween(TOKENS, TOKENS + 2);
    return first;
  }
}

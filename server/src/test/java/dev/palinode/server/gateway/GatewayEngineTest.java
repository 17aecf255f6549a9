package dev.palinode.server.gateway;

import static dev.palinode.server.gateway.FakeUpstream.deltas;
import static dev.palinode.server.gateway.FakeUpstream.hangsAfter;
import static dev.palinode.server.gateway.FakeUpstream.raw;
import static dev.palinode.server.gateway.FakeUpstream.says;
import static dev.palinode.server.gateway.FakeUpstream.slowly;
import static dev.palinode.server.gateway.Heard.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.AnswerPart.Failed;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Undo;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.testkit.ScriptedServer;
import dev.palinode.testkit.ScriptedServer.Reply;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayEngineTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** Health checks are quick: every 100 ms. */
  private static GatewaySettings settings(
      List<URI> upstreams, int maxRequests, Duration silence, Duration pause) {
    return new GatewaySettings(
        upstreams,
        Optional.empty(),
        "hush",
        GatewaySettings.Resets.DEFAULT,
        GuardSettings.NONE,
        8,
        maxRequests,
        new GatewaySettings.Times(Duration.ofMillis(100), silence, pause));
  }

  private GatewayEngine engine(FakeUpstream... upstreams) {
    return engine(100, Arrays.stream(upstreams).map(FakeUpstream::base).toList());
  }

  private GatewayEngine engine(int maxRequests, List<URI> upstreams) {
    return new GatewayEngine(settings(upstreams, maxRequests, LONG, LONG), log::add);
  }

  private GatewayEngine engine(FakeUpstream upstream, Duration silence, Duration pause) {
    return new GatewayEngine(settings(List.of(upstream.base()), 100, silence, pause), log::add);
  }

  private static URI nowhere() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + free.getLocalPort() + "/v1");
    }
  }

  private static Reply fails(int status) {
    return ScriptedServer.json(status, "{\"error\": {\"message\": \"no toads today\"}}");
  }

  // Models and readiness

  @Test
  void models_areThoseOfTheUpstreams() {
    try (FakeUpstream one = new FakeUpstream("vllm", says("x"));
        FakeUpstream two = new FakeUpstream("vllm", says("x"));
        GatewayEngine engine = engine(one, two)) {
      assertThat(engine.models()).hasSize(1);
      assertThat(engine.models().get(0).id()).isEqualTo("toad");
      assertThat(engine.models().get(0).hasReset()).isTrue();
      assertThat(engine.models().get(0).holdBack()).isEqualTo(8);
      assertThat(engine.unready()).isEmpty();
      assertThatThrownBy(
              () ->
                  engine.start(
                      new EngineRequest(
                          "newt",
                          request("?").prompt(),
                          SamplingSettings.GREEDY,
                          5,
                          List.of(),
                          0,
                          OptionalInt.empty(),
                          false,
                          Undo.DEFAULT,
                          Optional.empty(),
                          Optional.empty()),
                      part -> {}))
          .hasMessage("no upstream has a model of this name");
    }
  }

  @Test
  void anUpstreamThatComesUpLater_isUsedThen() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("Here."))) {
      upstream.isHealthy(false);
      try (GatewayEngine engine = engine(upstream)) {
        assertThat(engine.unready()).hasValue("none of 1 upstreams is available");
        assertThat(log).anyMatch(line -> line.endsWith("is down: /health: status 503"));
        assertThat(Heard.answer(engine, request("?")).failure().kind()).isEqualTo(Kind.UNAVAILABLE);

        upstream.isHealthy(true);
        await(engine, true);
        assertThat(Heard.answer(engine, request("?")).text()).isEqualTo("Here.");

        upstream.isHealthy(false);
        await(engine, false);
        assertThat(engine.models()).as("known all the same").hasSize(1);
      }
    }
  }

  private static void await(Engine engine, boolean ready) {
    for (int i = 0; engine.unready().isEmpty() != ready; i++) {
      assertThat(i).as("waited").isLessThan(500);
      FakeUpstream.sleep(10);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException("the server was closed", e);
    }
  }

  // The choice of an upstream

  @Test
  void requests_goToTheLeastBusy() throws Exception {
    CountDownLatch all = new CountDownLatch(6);
    Reply together =
        exchange -> {
          all.countDown();
          await(all);
          says("a", "b").to(exchange);
        };
    try (FakeUpstream one = new FakeUpstream("vllm", together);
        FakeUpstream two = new FakeUpstream("vllm", together);
        GatewayEngine engine = engine(one, two)) {
      List<Heard> answers = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        answers.add(new Heard());
        engine.start(request("?"), answers.get(i));
      }
      for (Heard heard : answers) {
        assertThat(heard.whole().text()).isEqualTo("ab");
      }

      assertThat(one.asked()).hasSize(3);
      assertThat(two.asked()).hasSize(3);
    }
  }

  @ParameterizedTest
  @CsvSource({"500", "502", "503", "429", "404", "401"})
  void aRefusedRequest_goesToAnotherUpstream(int status) throws Exception {
    try (FakeUpstream broken = new FakeUpstream("vllm", fails(status));
        FakeUpstream works = new FakeUpstream("vllm", says("Fine."));
        GatewayEngine engine = engine(broken, works)) {
      for (int i = 0; i < 8; i++) {
        assertThat(Heard.answer(engine, request("?")).text()).isEqualTo("Fine.");
      }
      assertThat(works.asked()).hasSize(8);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID, the upstream does not take this request: \"no toads today\"",
    "422, INVALID, the upstream does not take this request: \"no toads today\"",
    "429, BUSY, the upstreams have too much to do: try again",
    "500, UPSTREAM, an upstream failed with status 500",
    "503, UNAVAILABLE, an upstream is not available now"
  })
  void aRefusal_isPassedOn(int status, Kind kind, String message) throws Exception {
    try (FakeUpstream one = new FakeUpstream("vllm", fails(status));
        FakeUpstream two = new FakeUpstream("vllm", fails(status));
        GatewayEngine engine = engine(one, two)) {
      EngineException failure = Heard.answer(engine, request("?")).failure();

      assertThat(failure.kind()).isEqualTo(kind);
      assertThat(failure).hasMessage(message);
      assertThat(one.asked().size() + two.asked().size()).isEqualTo(kind == Kind.INVALID ? 1 : 2);
    }
  }

  /** As if the upstream had closed a connection that was kept open. */
  @Test
  void aConnectionThatBreaksBeforeTheAnswer_isReplaced_once() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream(
                "vllm",
                HttpExchange::close,
                says("Fine."),
                HttpExchange::close,
                HttpExchange::close);
        GatewayEngine engine = engine(upstream)) {
      assertThat(Heard.answer(engine, request("?")).text()).isEqualTo("Fine.");
      assertThat(Heard.answer(engine, request("?")).failure().kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(upstream.asked()).hasSize(4);
    }
  }

  @Test
  void whatHasBegun_isNotRepeated() throws Exception {
    try (FakeUpstream broken = new FakeUpstream("vllm", raw(deltas("A ", "to")));
        FakeUpstream works = new FakeUpstream("vllm", says("Fine."));
        GatewayEngine engine = engine(broken, works)) {
      List<Heard> all = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        all.add(Heard.answer(engine, request("?")));
      }

      assertThat(all).filteredOn(heard -> heard.last() instanceof Failed).hasSize(1);
      assertThat(works.asked()).hasSize(1);
    }
  }

  @Test
  void anUpstreamThatFails_isLeftAlone() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", fails(500));
        GatewayEngine engine = engine(upstream)) {
      failOften(engine);
      assertThat(Heard.answer(engine, request("?")).failure().kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(upstream.asked()).hasSize(CircuitBreaker.FAILURES);
    }
  }

  @Test
  void anUpstreamThatFailed_isTriedAgain() throws Exception {
    AtomicBoolean works = new AtomicBoolean();
    try (FakeUpstream upstream =
            new FakeUpstream("vllm", body -> works.get() ? says("Fine.") : fails(500));
        GatewayEngine engine = engine(upstream, LONG, Duration.ofMillis(200))) {
      failOften(engine);
      works.set(true);
      await(engine, true);
      assertThat(Heard.answer(engine, request("?")).text()).isEqualTo("Fine.");
    }
  }

  private static void failOften(GatewayEngine engine) throws Exception {
    for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
      assertThat(Heard.answer(engine, request("?")).failure().kind()).isEqualTo(Kind.UPSTREAM);
    }
  }

  @Test
  void anAddressWithoutAServer_doesNotDisturb() throws Exception {
    try (FakeUpstream works = new FakeUpstream("vllm", says("Fine."));
        GatewayEngine engine = engine(10, List.of(nowhere(), works.base()))) {
      assertThat(Heard.answer(engine, request("?")).text()).isEqualTo("Fine.");
    }
  }

  // Time and cancellation

  @Test
  void anUpstreamThatHangs_isGivenUp() throws Exception {
    Reply silent =
        exchange -> {
          raw(deltas("A ")).to(exchange);
          FakeUpstream.sleep(20_000);
        };
    Reply never = exchange -> FakeUpstream.sleep(20_000);
    try (FakeUpstream stops = new FakeUpstream("vllm", silent);
        FakeUpstream waits = new FakeUpstream("vllm", never);
        GatewayEngine first = engine(stops, Duration.ofSeconds(1), LONG);
        GatewayEngine second = engine(waits, Duration.ofMillis(300), LONG)) {
      assertThat(Heard.answer(first, request("?")).failure())
          .hasMessage("an upstream sent nothing for too long");
      assertThat(Heard.answer(second, request("?")).failure())
          .hasMessage("an upstream did not answer in time");
    }
  }

  @Test
  void aCancelledRequest_endsAtTheUpstreamToo() throws Exception {
    CountDownLatch left = new CountDownLatch(1);
    Reply watched =
        exchange -> {
          try {
            hangsAfter(deltas("A ", "to")).to(exchange);
          } catch (IOException e) {
            left.countDown();
            throw e;
          }
        };
    try (FakeUpstream upstream = new FakeUpstream("vllm", watched);
        GatewayEngine engine = engine(upstream)) {
      Heard heard = new Heard();
      Engine.Call call = engine.start(request("?"), heard);
      for (int i = 0; heard.pieces().size() < 2 && i < 500; i++) {
        FakeUpstream.sleep(10);
      }
      call.cancel();
      call.cancel();

      assertThat(heard.whole().failure().kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(left.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aRequestThatIsCancelledBeforeItsAnswer_ends() throws Exception {
    try (FakeUpstream upstream =
            new FakeUpstream("vllm", (Reply) exchange -> FakeUpstream.sleep(20_000));
        GatewayEngine engine = engine(upstream)) {
      Heard heard = new Heard();
      engine.start(request("?"), heard).cancel();

      assertThat(heard.whole().failure().kind()).isEqualTo(Kind.UNAVAILABLE);
    }
  }

  @Test
  void closing_endsEverything() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", hangsAfter(deltas("A ")))) {
      Heard heard = new Heard();
      GatewayEngine engine = engine(upstream);
      engine.start(request("?"), heard);
      for (int i = 0; heard.pieces().isEmpty() && i < 500; i++) {
        FakeUpstream.sleep(10);
      }
      engine.close();

      assertThat(heard.whole().failure().kind()).isEqualTo(Kind.UNAVAILABLE);
      assertThat(engine.unready()).isPresent();
      assertThatThrownBy(() -> engine.start(request("?"), part -> {}))
          .hasMessage("the gateway is being shut down");
    }
  }

  @Test
  void tooManyRequests_areRefused() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", hangsAfter(deltas("A ")));
        GatewayEngine engine = engine(1, List.of(upstream.base()))) {
      Engine.Call first = engine.start(request("?"), new Heard());

      assertThatThrownBy(() -> engine.start(request("?"), new Heard()))
          .isInstanceOfSatisfying(
              EngineException.class, e -> assertThat(e.kind()).isEqualTo(Kind.BUSY));
      first.cancel();
    }
  }

  /** As a client does that asks again as soon as it has its answer. */
  @Test
  void atTheEndOfAnAnswer_itsPlaceIsFree_andItsUpstreamIsNotBusy() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", says("Fine."));
        GatewayEngine engine = engine(1, List.of(upstream.base()))) {
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      engine.bindTo(registry);
      Heard again = new Heard();
      CompletableFuture<Double> busy = new CompletableFuture<>();
      Consumer<AnswerPart> asksAgain =
          part -> {
            if (part.isLast()) {
              busy.complete(registry.get("palinode.upstream.in.flight").gauge().value());
              start(engine, again);
            }
          };
      engine.start(request("?"), asksAgain);

      assertThat(again.whole().text()).isEqualTo("Fine.");
      assertThat(busy.get()).isZero();
    }
  }

  private static void start(GatewayEngine engine, Heard heard) {
    try {
      engine.start(request("?"), heard);
    } catch (EngineException e) {
      heard.accept(new Failed(e));
    }
  }

  /** Raising all other tokens forbids the reset token, whose id may be unknown. */
  @Test
  void whereTheUndoIsFixed_aFieldThatShiftsLogits_isRefused() {
    GatewaySettings.Resets fixed =
        new GatewaySettings.Resets(Optional.empty(), OptionalInt.empty(), 1, 0, true);
    SamplingSettings biased = SamplingSettings.builder().logitBias(Map.of(9, 100.0)).build();
    EngineRequest plain = request("?");
    EngineRequest request =
        new EngineRequest(
            "toad",
            plain.prompt(),
            biased,
            5,
            List.of(),
            0,
            OptionalInt.empty(),
            false,
            Undo.DEFAULT,
            Optional.empty(),
            Optional.empty());

    try (FakeUpstream upstream = new FakeUpstream("vllm", says("x"));
        GatewayEngine engine = Heard.gateway(List.of(upstream.base()), fixed, GuardSettings.NONE)) {
      assertThatThrownBy(() -> engine.start(request, part -> {}))
          .hasMessage("logit_bias: the operator allows no request to change how the model resets");
    }
  }

  // The rest

  @Test
  void theKey_isSent_andNeverShown() throws Exception {
    Reply repeatsKey = ScriptedServer.json(400, "{\"error\": {\"message\": \"key hush is bad\"}}");
    try (FakeUpstream upstream = new FakeUpstream("vllm", repeatsKey);
        GatewayEngine engine = engine(upstream)) {
      assertThat(Heard.answer(engine, request("?")).failure())
          .hasMessage("the upstream does not take this request: \"key *** is bad\"");
    }
  }

  @Test
  void upstreams_areMeasured() throws Exception {
    try (FakeUpstream upstream = new FakeUpstream("vllm", fails(500), says("Fine."));
        GatewayEngine engine = engine(upstream)) {
      SimpleMeterRegistry registry = new SimpleMeterRegistry();
      engine.bindTo(registry);
      Heard.answer(engine, request("?"));
      Heard.answer(engine, request("?"));

      assertThat(registry.get("palinode.upstream.up").gauge().value()).isEqualTo(1);
      assertThat(registry.get("palinode.upstream.requests").functionCounter().count()).isEqualTo(2);
      assertThat(registry.get("palinode.upstream.failures").functionCounter().count()).isEqualTo(1);
      assertThat(registry.get("palinode.upstream.circuit.open").gauge().value()).isZero();
    }
  }

  /** Each request asks for its own number, and half of them are answered by a server that dies. */
  @Test
  @Timeout(60)
  void aServerThatIsKilledWhileTwoServe_givesNoWrongAnswer() throws Exception {
    FakeUpstream dies = new FakeUpstream("vllm", body -> echo(body, 500)); // before it has answered
    try (FakeUpstream lives = new FakeUpstream("vllm", body -> echo(body, 10));
        GatewayEngine engine = engine(120, List.of(dies.base(), lives.base()))) {
      List<Heard> all = new ArrayList<>();
      for (int i = 0; i < 120; i++) {
        Heard heard = new Heard();
        all.add(heard);
        engine.start(request("number " + i), heard);
        if (i == 60) {
          while (dies.asked().size() < 10) { // some of them are being answered
            FakeUpstream.sleep(1);
          }
          dies.close();
        }
      }
      int failed = 0;
      for (int i = 0; i < all.size(); i++) {
        Heard heard = all.get(i).whole();
        if (heard.last() instanceof Failed) {
          failed++;
        } else {
          assertThat(heard.text()).isEqualTo("You said: number " + i + ".");
        }
      }
      assertThat(failed).as("those that the dead server had begun").isBetween(1, 61);
      for (int i = 0; i < 20; i++) {
        assertThat(Heard.answer(engine, request("more " + i)).text())
            .isEqualTo("You said: more " + i + ".");
      }
    }
  }

  private static Reply echo(JsonNode body, long millis) {
    String said = body.path("messages").path(0).path("content").asText();
    Stream<String> words = Stream.of("You ", "said[RES", "ET]", "You ", "said: ", said);
    List<String> events = new ArrayList<>(words.map(FakeUpstream::deltas).toList());
    events.add(FakeUpstream.stream("."));
    return slowly(millis, events);
  }
}

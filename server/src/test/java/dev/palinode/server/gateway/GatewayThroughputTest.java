package dev.palinode.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.palinode.server.engine.GuardSettings;
import dev.palinode.testkit.ScriptedServer.Reply;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How throughput grows with upstreams. Each simulated one has places for 8 answers at a time, a
 * token of which takes 20 ms, so that it generates 400 tokens per second at most, however many
 * requests wait. {@code docs/performance.md} has a measurement.
 */
@Tag("slow")
class GatewayThroughputTest {
  private static final int PLACES = 8;
  private static final int MILLIS = 20;
  private static final int TOKENS = 50;
  private static final int ROUNDS = 4; // answers per place

  @Test
  void throughput_growsWithUpstreams() throws Exception {
    double one = 0;
    for (int upstreams : List.of(1, 2, 4, 8)) {
      double speed = tokensPerSecond(upstreams);
      one = upstreams == 1 ? speed : one;
      System.out.println(
          String.format(
              Locale.ROOT,
              "| %d | %.0f | %.2f | %.2f |",
              upstreams,
              speed,
              speed / one,
              speed / upstreams * MILLIS / 1000 / PLACES));
      assertThat(speed).isGreaterThan(0.7 * upstreams * one);
    }
  }

  private static double tokensPerSecond(int count) throws Exception {
    List<FakeUpstream> upstreams = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      upstreams.add(new FakeUpstream("vllm", ofFixedRate()));
    }
    try (GatewayEngine engine =
        Heard.gateway(
            upstreams.stream().map(FakeUpstream::base).toList(),
            GatewaySettings.Resets.DEFAULT,
            GuardSettings.NONE)) {
      ask(engine, count * PLACES); // warms up
      int requests = count * PLACES * ROUNDS;
      long start = System.nanoTime();
      ask(engine, requests);
      return requests * TOKENS / ((System.nanoTime() - start) / 1e9);
    } finally {
      upstreams.forEach(FakeUpstream::close);
    }
  }

  private static void ask(GatewayEngine engine, int requests) throws Exception {
    List<Heard> all = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      all.add(new Heard());
      engine.start(Heard.request("?"), all.get(i));
    }
    for (Heard heard : all) {
      assertThat(heard.whole().pieces()).hasSize(TOKENS);
    }
  }

  private static Reply ofFixedRate() {
    Semaphore places = new Semaphore(PLACES, true);
    List<String> events =
        new ArrayList<>(Collections.nCopies(TOKENS, FakeUpstream.deltas("token ")));
    events.add(FakeUpstream.stream());
    Reply answer = FakeUpstream.slowly(MILLIS, events);
    return exchange -> inTurn(places, answer, exchange);
  }

  private static void inTurn(Semaphore places, Reply answer, HttpExchange exchange)
      throws IOException {
    places.acquireUninterruptibly();
    try {
      answer.to(exchange);
    } finally {
      places.release();
    }
  }
}

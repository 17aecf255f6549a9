package dev.palinode.server.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.AnswerPart.End;
import dev.palinode.server.engine.AnswerPart.Failed;
import dev.palinode.server.engine.AnswerPart.Piece;
import dev.palinode.server.engine.AnswerPart.Retraction;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.EngineRequest.Chat;
import dev.palinode.server.engine.EngineRequest.Prompt;
import dev.palinode.server.engine.EngineRequest.Undo;
import dev.palinode.server.engine.GuardSettings;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What the listener of an answer got; checks that retractions fit to what was shown. */
final class Heard implements Consumer<AnswerPart> {
  private final List<AnswerPart> parts = new ArrayList<>();
  private final Deque<Piece> standing = new ArrayDeque<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile @Nullable Throwable broken;

  static GatewaySettings settings(
      List<URI> upstreams, GatewaySettings.Resets resets, GuardSettings guards) {
    return new GatewaySettings(
        upstreams, Optional.empty(), "", resets, guards, 0, 1000, GatewaySettings.Times.DEFAULT);
  }

  /** A gateway with the usual times. */
  static GatewayEngine gateway(
      List<URI> upstreams, GatewaySettings.Resets resets, GuardSettings guards) {
    return new GatewayEngine(settings(upstreams, resets, guards), line -> {});
  }

  /** A request of 50 tokens for a chat. */
  static EngineRequest request(String user) {
    return request(new Chat(List.of(Message.user(user)), ""), 50, Undo.DEFAULT);
  }

  static EngineRequest request(Prompt prompt, int maxTokens, Undo undo) {
    return new EngineRequest(
        "toad",
        prompt,
        SamplingSettings.GREEDY,
        maxTokens,
        List.of(),
        5,
        OptionalInt.empty(),
        false,
        undo,
        Optional.empty(),
        Optional.empty());
  }

  /** Waits for the whole answer to a request. */
  static Heard answer(Engine engine, EngineRequest request) throws Exception {
    Heard heard = new Heard();
    engine.start(request, heard);
    return heard.whole();
  }

  @Override
  public synchronized void accept(AnswerPart part) {
    try {
      assertThat(ended.getCount()).as("nothing follows the last part").isEqualTo(1);
      parts.add(part);
      if (part instanceof Piece piece) {
        standing.addLast(piece);
      } else if (part instanceof Retraction retraction) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < retraction.pieces(); i++) {
          text.insert(0, standing.removeLast().text());
        }
        assertThat(text.toString()).isEqualTo(retraction.text());
      }
    } catch (Throwable e) {
      broken = e;
    }
    if (part.isLast()) {
      ended.countDown();
    }
  }

  Heard whole() throws InterruptedException {
    assertThat(ended.await(20, TimeUnit.SECONDS)).as("the answer ends").isTrue();
    assertThat(broken).isNull();
    return this;
  }

  /** The visible text. */
  synchronized String text() {
    StringBuilder text = new StringBuilder();
    standing.forEach(piece -> text.append(piece.text()));
    return last() instanceof End end ? text + end.rest() : text.toString();
  }

  synchronized List<Piece> pieces() {
    return parts.stream().filter(Piece.class::isInstance).map(Piece.class::cast).toList();
  }

  /** Everything that was ever shown. */
  synchronized String shown() {
    StringBuilder text = new StringBuilder();
    pieces().forEach(piece -> text.append(piece.text()));
    return text.toString();
  }

  synchronized List<Retraction> retractions() {
    return parts.stream().filter(Retraction.class::isInstance).map(Retraction.class::cast).toList();
  }

  synchronized @Nullable AnswerPart last() {
    return parts.isEmpty() ? null : parts.get(parts.size() - 1);
  }

  End end() {
    assertThat(last()).isInstanceOf(End.class);
    return (End) last();
  }

  EngineException failure() {
    assertThat(last()).isInstanceOf(Failed.class);
    return ((Failed) last()).cause();
  }
}

package dev.palinode.server;

import dev.palinode.server.Answers.Part;
import dev.palinode.server.Answers.SlowReaderException;
import dev.palinode.server.api.ApiException;
import dev.palinode.server.api.ChunkWriter;
import dev.palinode.server.api.CompletionCall;
import dev.palinode.server.api.ResponseWriter;
import dev.palinode.server.api.ResponseWriter.Choice;
import dev.palinode.server.api.StreamMode;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.Engine;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineModel;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeoutException;
import org.apache.commons.lang3.exception.ExceptionUtils;

/** Answers one request, on the thread that writes to its client. */
final class CompletionHandler {
  /** How often a waiting client is looked at, so that nothing is computed for one that left. */
  private static final long LOOK_MILLIS = 25;

  /** Silence after which a stream gets a comment: less than proxies wait. */
  private static final Duration SILENCE = Duration.ofSeconds(15);

  private static final String DISCONNECTED = "disconnected";
  private static final String SLOW = "slow";

  private final ServerSettings settings;
  private final ServerMeters meters;
  private final CompletionCall call;
  private final Engine engine;
  private final EngineModel model;
  private final Peer peer;
  private final String id;
  private final long created = Instant.now().getEpochSecond();
  private String outcome = "ok";
  private long promptTokens;
  private long sampledTokens;

  CompletionHandler(
      ServerSettings settings,
      ServerMeters meters,
      CompletionCall call,
      Engine engine,
      EngineModel model,
      Peer peer) {
    this.settings = settings;
    this.meters = meters;
    this.call = call;
    this.engine = engine;
    this.model = model;
    this.peer = peer;
    this.id = (call.chat() ? "chatcmpl-" : "cmpl-") + UUID.randomUUID().toString().replace("-", "");
  }

  /** The client has hung up, or reads too slowly: nothing more can be sent. */
  static final class ClientGoneException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClientGoneException(String how) {
      super(how);
    }
  }

  /**
   * Answers.
   *
   * @return {@code ok}, or the code of the error with which the stream ended
   * @throws ApiException if it fails before anything was sent
   * @throws ClientGoneException if the client does not take the answer
   */
  String run(HttpServletResponse response) throws InterruptedException {
    try (Answers answers = Answers.start(engine, call.requests(), settings.bufferedParts())) {
      if (call.stream()) {
        stream(answers, response);
      } else {
        collect(answers, response);
      }
      return outcome;
    } catch (EngineException e) {
      throw ApiException.of(e);
    } catch (SlowReaderException e) {
      throw gone(SLOW);
    } catch (IOException e) {
      throw gone(ExceptionUtils.indexOfType(e, TimeoutException.class) < 0 ? DISCONNECTED : SLOW);
    }
  }

  /** Cuts the connection: what was sent must not look like a whole answer. */
  private ClientGoneException gone(String how) {
    peer.close();
    return new ClientGoneException(how);
  }

  private boolean showsWithdrawn() {
    return settings.showWithdrawn() || call.mode() == StreamMode.RETRACTABLE;
  }

  // The whole response at once

  private void collect(Answers answers, HttpServletResponse response)
      throws InterruptedException, SlowReaderException, IOException {
    List<CollectedChoice> choices = new ArrayList<>();
    call.requests().forEach(request -> choices.add(new CollectedChoice()));
    while (answers.areComing()) {
      Optional<Part> part = next(answers);
      if (part.isPresent()) {
        choices.get(part.get().index()).accept(part.get().part());
      }
    }
    List<Choice> complete =
        choices.stream().map(choice -> choice.choice(showsWithdrawn())).toList();
    byte[] body = ResponseWriter.write(call, id, created, complete, promptTokens);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  private Optional<Part> next(Answers answers) throws InterruptedException, SlowReaderException {
    Optional<Part> part = answers.next(LOOK_MILLIS);
    if (peer.isGone()) {
      throw gone(DISCONNECTED);
    }
    part.ifPresent(this::count);
    return part;
  }

  private void count(Part part) {
    if (part.part() instanceof AnswerPart.End end) {
      promptTokens += call.isFirstOfPrompt(part.index()) ? end.usage().promptTokens() : 0;
      sampledTokens += end.usage().sampledTokens();
      meters.answered(model.id(), end.usage());
    } else if (part.part() instanceof AnswerPart.Retraction retraction) {
      meters.withdrawn(model.id(), retraction.cause());
    }
  }

  // A stream

  private void stream(Answers answers, HttpServletResponse response)
      throws InterruptedException, SlowReaderException, IOException {
    ChunkWriter out = new ChunkWriter(call, id, created);
    List<StreamedChoice> choices = choices(out);
    long lastWrite = System.nanoTime();
    try {
      while (answers.areComing()) {
        Optional<Part> part = next(answers);
        if (part.isPresent()) {
          choices.get(part.get().index()).accept(part.get().part());
        } else if (System.nanoTime() - lastWrite > SILENCE.toNanos()) {
          out.comment();
        }
        if (!out.isEmpty()) {
          send(out, response);
          lastWrite = System.nanoTime();
        }
      }
      out.done(promptTokens, sampledTokens);
    } catch (ApiException e) {
      if (!response.isCommitted()) {
        throw e;
      }
      outcome = String.valueOf(e.code());
      out.error(e);
    }
    send(out, response);
  }

  private List<StreamedChoice> choices(ChunkWriter out) {
    int window =
        switch (call.mode()) {
          case BUFFERED -> Integer.MAX_VALUE;
          case HELD_BACK -> call.holdBack().orElse(model.holdBack());
          case RETRACTABLE -> call.holdBack().orElse(0);
        };
    List<StreamedChoice> choices = new ArrayList<>();
    for (int i = 0; i < call.requests().size(); i++) {
      choices.add(new StreamedChoice(i, call.mode(), window, showsWithdrawn(), out));
    }
    return choices;
  }

  private static void send(ChunkWriter out, HttpServletResponse response) throws IOException {
    if (!response.isCommitted()) {
      response.setContentType("text/event-stream");
      response.setHeader("Cache-Control", "no-store");
      response.setHeader("X-Accel-Buffering", "no"); // nginx would collect the stream
    }
    OutputStream body = response.getOutputStream();
    out.drainTo(body);
    body.flush();
  }
}

package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.commons.lang3.Validate;

/**
 * A delayed stream for clients that cannot remove text: the last tokens are {@linkplain HeldBack
 * held back}. If an undo goes further back, an undo of the sent tokens is passed on.
 *
 * <p>The {@link DelayCalibrator} picks the window. Not thread-safe, as events come from one thread.
 */
public final class DelayedEventStream implements Consumer<GenerationEvent> {
  private final int window;
  private final Consumer<GenerationEvent> client;
  private final Map<Long, HeldBack<Token>> held = new HashMap<>(); // by request

  /** Delays the client's tokens by {@code window} tokens, 0 or more. */
  public DelayedEventStream(int window, Consumer<GenerationEvent> client) {
    Validate.isTrue(window >= 0, "the window is %s tokens: expected 0 or more", window);
    this.window = window;
    this.client = client;
  }

  @Override
  public void accept(GenerationEvent event) {
    try {
      pass(event);
    } catch (RuntimeException | Error e) {
      held.remove(event.request()); // a request ends without a last event if its client throws
      throw e;
    }
  }

  private void pass(GenerationEvent event) {
    HeldBack<Token> tokens = held.computeIfAbsent(event.request(), this::newRequest);
    if (event instanceof Token token) {
      tokens.add(token).ifPresent(client);
    } else if (event instanceof Undo undo) {
      client.accept(withoutHeld(undo, tokens));
    } else {
      held.remove(event.request());
      if (event instanceof Finished) {
        tokens.release().forEach(client);
      }
      client.accept(event);
    }
  }

  private HeldBack<Token> newRequest(long request) {
    return new HeldBack<>(window, Token::text);
  }

  /** The undo without the tokens that were never sent, which are dropped. */
  private static Undo withoutHeld(Undo undo, HeldBack<Token> tokens) {
    HeldBack.Sent sent = tokens.withdraw(undo.withdrawn(), undo.text());
    return new Undo(
        undo.request(),
        sent.tokens(),
        sent.text(),
        undo.discarded(),
        undo.cause(),
        undo.reason(),
        undo.signals());
  }
}

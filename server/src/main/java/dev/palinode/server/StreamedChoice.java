package dev.palinode.server;

import dev.palinode.decode.HeldBack;
import dev.palinode.server.api.Answered;
import dev.palinode.server.api.ApiException;
import dev.palinode.server.api.ChunkWriter;
import dev.palinode.server.api.StreamMode;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.AnswerPart.Echo;
import dev.palinode.server.engine.AnswerPart.End;
import dev.palinode.server.engine.AnswerPart.Failed;
import dev.palinode.server.engine.AnswerPart.Piece;
import dev.palinode.server.engine.AnswerPart.Retraction;
import dev.palinode.server.engine.AnswerPart.Scored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** A choice of a stream: decides what of its answer is sent, and when. Not thread-safe. */
final class StreamedChoice {
  private final int index;
  private final StreamMode mode;
  private final boolean showsWithdrawn;
  private final ChunkWriter out;
  private final HeldBack<Piece> held;
  private final List<Retraction> withdrawn = new ArrayList<>();
  private boolean begun;
  private int sent; // code points of the choice's text
  private int retractions;

  /**
   * @param window tokens that are held back
   * @param showsWithdrawn whether the last chunk says what was withdrawn
   */
  StreamedChoice(int index, StreamMode mode, int window, boolean showsWithdrawn, ChunkWriter out) {
    this.index = index;
    this.mode = mode;
    this.showsWithdrawn = showsWithdrawn;
    this.out = out;
    this.held = new HeldBack<>(window, Piece::text);
  }

  /**
   * Writes what can be sent now.
   *
   * @throws ApiException if the answer failed, or if text was withdrawn that this client got
   */
  void accept(AnswerPart part) {
    if (part instanceof Failed failed) {
      throw ApiException.of(failed.cause());
    }
    if (!begun) {
      begun = true;
      out.role(index);
    }
    if (part instanceof Piece piece) {
      held.add(piece).ifPresent(this::send);
    } else if (part instanceof Retraction retraction) {
      withdraw(retraction);
    } else if (part instanceof End end) {
      held.release().forEach(this::send);
      if (!end.rest().isEmpty()) {
        send(end.rest(), List.of(), OptionalDouble.empty());
      }
      Optional<List<Retraction>> shown =
          showsWithdrawn ? Optional.of(List.copyOf(withdrawn)) : Optional.empty();
      out.finish(index, new Answered(end, shown));
    } else if (part instanceof Echo echo) {
      send(echo.text(), echo.tokens(), OptionalDouble.empty());
    }
  }

  private void send(Piece piece) {
    boolean saysNothing = piece.text().isEmpty() && piece.resetProbability().isEmpty();
    if (!saysNothing || piece.scored().isPresent()) {
      List<Scored> scored = piece.scored().map(List::of).orElse(List.of());
      send(piece.text(), scored, piece.resetProbability());
    }
  }

  private void send(String text, List<Scored> tokens, OptionalDouble resetProbability) {
    out.text(index, text, tokens, sent, resetProbability);
    sent += text.codePointCount(0, text.length());
  }

  private void withdraw(Retraction retraction) {
    HeldBack.Sent gone = held.withdraw(retraction.pieces(), retraction.text());
    withdrawn.add(retraction);
    if (mode == StreamMode.RETRACTABLE) {
      sent -= gone.text().codePointCount(0, gone.text().length());
      out.retraction(index, ++retractions, sent, gone.text(), retraction);
    } else if (!gone.text().isEmpty()) {
      throw ApiException.withdrawn();
    }
  }
}

package dev.palinode.server;

import dev.palinode.server.api.Answered;
import dev.palinode.server.api.ApiException;
import dev.palinode.server.api.ResponseWriter.Choice;
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

/** A choice of a response that is sent when it is complete. Not thread-safe. */
final class CollectedChoice {
  private final List<Piece> pieces = new ArrayList<>();
  private final List<Retraction> withdrawn = new ArrayList<>();
  private Optional<Echo> echo = Optional.empty();
  private Optional<End> end = Optional.empty();

  /**
   * Takes the next part.
   *
   * @throws ApiException if the answer failed
   */
  void accept(AnswerPart part) {
    if (part instanceof Failed failed) {
      throw ApiException.of(failed.cause());
    } else if (part instanceof Piece piece) {
      pieces.add(piece);
    } else if (part instanceof Retraction retraction) {
      pieces.subList(pieces.size() - retraction.pieces(), pieces.size()).clear();
      withdrawn.add(retraction);
    } else if (part instanceof Echo prompt) {
      echo = Optional.of(prompt);
    } else if (part instanceof End last) {
      end = Optional.of(last);
    }
  }

  /** The choice after its last part. */
  Choice choice(boolean showsWithdrawn) {
    StringBuilder text = new StringBuilder(echo.map(Echo::text).orElse(""));
    List<Scored> tokens = new ArrayList<>(echo.map(Echo::tokens).orElse(List.of()));
    for (Piece piece : pieces) {
      text.append(piece.text());
      piece.scored().ifPresent(tokens::add);
    }
    End last = end.orElseThrow();
    Optional<List<Retraction>> shown =
        showsWithdrawn ? Optional.of(List.copyOf(withdrawn)) : Optional.empty();
    return new Choice(text.append(last.rest()).toString(), tokens, new Answered(last, shown));
  }
}

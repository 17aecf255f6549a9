package dev.palinode.server.gateway;

import dev.palinode.server.engine.AnswerPart.Piece;
import dev.palinode.server.gateway.Upstream.ResetToken;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Tells the reset tokens of an upstream's answer from its text. */
final class TokenReader {
  /** Text that was generated, or a reset token. */
  sealed interface Token {}

  record Shown(Piece piece) implements Token {}

  /**
   * A reset token.
   *
   * @param probability P(reset) before it, if the upstream tells it
   */
  record Reset(OptionalDouble probability) implements Token {}

  private final Optional<ResetToken> reset;
  private final Optional<ResetScanner> scanner;
  private final boolean wantsLogprobs;

  /**
   * @param reset the token; empty if there is none
   * @param wantsLogprobs whether the client asked for them
   */
  TokenReader(Optional<ResetToken> reset, boolean wantsLogprobs) {
    this.reset = reset;
    this.scanner = reset.map(token -> new ResetScanner(token.text()));
    this.wantsLogprobs = wantsLogprobs;
  }

  /** The tokens that are certain after a further chunk. */
  List<Token> read(Chunk chunk) {
    Optional<Integer> id = reset.flatMap(ResetToken::knownId);
    if (id.isPresent() && !chunk.ids().isEmpty()) {
      scanner.orElseThrow().announce(Collections.frequency(chunk.ids(), id.get()));
    }
    List<Token> tokens = new ArrayList<>();
    for (Piece piece : chunk.pieces(reset.map(ResetToken::text))) {
      addTo(tokens, piece);
    }
    return tokens;
  }

  private void addTo(List<Token> tokens, Piece piece) {
    if (scanner.isEmpty()) {
      tokens.add(shown(piece, piece.text()));
      return;
    }
    List<ResetScanner.Piece> found = scanner.get().add(piece.text());
    if (found.isEmpty()) {
      tokens.add(shown(piece, "")); // its text comes with a later one
    }
    for (ResetScanner.Piece each : found) {
      tokens.add(
          each instanceof ResetScanner.Text text
              ? shown(piece, text.text())
              : new Reset(piece.resetProbability()));
    }
  }

  private Token shown(Piece piece, String text) {
    return new Shown(
        new Piece(
            text, wantsLogprobs ? piece.scored() : Optional.empty(), piece.resetProbability()));
  }

  /** Text that might have been the beginning of a reset token, once nothing follows. */
  String rest() {
    return scanner.map(ResetScanner::end).orElse("");
  }
}

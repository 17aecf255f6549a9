package dev.palinode.server.local;

import dev.palinode.decode.FinishReason;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.server.engine.AnswerPart;
import dev.palinode.server.engine.EngineException;
import dev.palinode.server.engine.EngineException.Kind;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.token.Tokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The events of one request as parts of its answer. Not thread-safe. */
final class EventTranslation {
  private final PromptTokens tokens;
  private final boolean scores;
  private final List<Integer> visible = new ArrayList<>(); // with the last token of the prompt

  EventTranslation(Tokenizer tokenizer, EngineRequest request, GenerationRequest generation) {
    this.tokens = new PromptTokens(tokenizer);
    this.scores = request.logprobs().isPresent();
    int[] prompt = generation.prompt().toArray();
    visible.add(prompt[prompt.length - 1]);
  }

  /** The part; empty if the event changes nothing that was shown. */
  Optional<AnswerPart> translate(GenerationEvent event) {
    if (event instanceof Token token) {
      return Optional.of(piece(token));
    } else if (event instanceof Undo undo) {
      visible.subList(visible.size() - undo.withdrawn(), visible.size()).clear();
      return undo.cause() == UndoCause.UNCHECKED && undo.withdrawn() == 0
          ? Optional.empty()
          : Optional.of(retraction(undo));
    } else if (event instanceof Finished end) {
      return end.reason() == FinishReason.CANCELLED
          ? Optional.of(new AnswerPart.Failed(EngineException.ended()))
          : Optional.of(new AnswerPart.End(end.rest(), end.reason(), end.detail(), end.usage()));
    }
    return Optional.of(new AnswerPart.Failed(failure(((Failed) event).cause())));
  }

  private AnswerPart piece(Token token) {
    int before = visible.get(visible.size() - 1);
    visible.add(token.id());
    return new AnswerPart.Piece(
        token.text(),
        scores ? Optional.of(tokens.scored(before, token.id(), token.signals())) : Optional.empty(),
        token.signals().resetProbability());
  }

  private static AnswerPart retraction(Undo undo) {
    return new AnswerPart.Retraction(
        undo.withdrawn(),
        undo.text(),
        undo.cause(),
        undo.reason(),
        undo.signals().resetProbability());
  }

  /** A failure of the decoding loop; what it refuses is the client's to change. */
  static EngineException failure(Throwable cause) {
    Kind kind = cause instanceof IllegalArgumentException ? Kind.INVALID : Kind.FAILED;
    return new EngineException(
        kind, Objects.requireNonNullElse(cause.getMessage(), cause.toString()), cause);
  }
}

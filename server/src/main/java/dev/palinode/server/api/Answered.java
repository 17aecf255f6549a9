package dev.palinode.server.api;

import dev.palinode.decode.FinishReason;
import dev.palinode.decode.Usage;
import dev.palinode.server.engine.AnswerPart;
import java.util.List;
import java.util.Optional;

/**
 * The end of a choice: what its last chunk, or its place in a response, says.
 *
 * @param end of the answer
 * @param withdrawn the withdrawn text; empty if the client may not see it
 */
public record Answered(AnswerPart.End end, Optional<List<AnswerPart.Retraction>> withdrawn) {
  /** OpenAI's reason. */
  String finishReason() {
    return switch (end.finish()) {
      case STOP -> "stop";
      case REFUSED -> "content_filter";
      case LENGTH, DEADLINE -> "length";
      case CANCELLED -> throw new IllegalStateException("a cancelled answer has no end");
    };
  }

  /** Why it was refused; without a guard's words for what it found where that is not shown. */
  String detail() {
    return withdrawn.isPresent() ? end.detail() : "";
  }

  FinishReason finish() {
    return end.finish();
  }

  Usage usage() {
    return end.usage();
  }
}

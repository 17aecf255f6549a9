package dev.palinode.server.api;

import dev.palinode.server.engine.EngineRequest;
import java.util.List;
import java.util.OptionalInt;

/**
 * A checked request of a client.
 *
 * @param chat whether it came to {@code /v1/chat/completions}; otherwise to {@code /v1/completions}
 * @param model the name of the model
 * @param requests one for each choice, in the order of their indices; at least one
 * @param stream whether the answer is streamed
 * @param includeUsage whether a stream ends with a chunk of token counts
 * @param mode how a stream treats text that may be withdrawn
 * @param holdBack tokens that the stream is late by; empty for the mode's default
 */
public record CompletionCall(
    boolean chat,
    String model,
    List<EngineRequest> requests,
    boolean stream,
    boolean includeUsage,
    StreamMode mode,
    OptionalInt holdBack) {
  public CompletionCall {
    requests = List.copyOf(requests);
  }

  /** Whether log-probabilities are reported. */
  public boolean logprobs() {
    return requests.get(0).logprobs().isPresent();
  }

  /** Whether no earlier choice has the same prompt, which counts once. */
  public boolean isFirstOfPrompt(int index) {
    return index == 0 || requests.get(index).prompt() != requests.get(index - 1).prompt();
  }
}

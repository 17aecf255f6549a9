package dev.palinode.decode;

import dev.palinode.token.TokenIds;
import java.util.Optional;
import java.util.stream.IntStream;

/** Rejects requests that a model and a batch can never answer. */
final class RequestValidator {
  private final CausalLm model;
  private final boolean hasTokenizer;
  private final BatchLimits limits;

  RequestValidator(CausalLm model, boolean hasTokenizer, BatchLimits limits) {
    this.model = model;
    this.hasTokenizer = hasTokenizer;
    this.limits = limits;
  }

  /**
   * Validates a request.
   *
   * @throws IllegalArgumentException if the request can never be answered here
   */
  void validate(GenerationRequest request) {
    validatePrompt("the prompt", request.prompt());
    negativePrompt(request).ifPresent(prompt -> validatePrompt("the negative prompt", prompt));
    nudgedPrompt(request).ifPresent(prompt -> validatePrompt("the nudged prompt", prompt));
    request.sampling().requireWithin(model.vocabSize());
    request.undo().resetId().ifPresent(reset -> validateToken("the reset token", reset));
    request.undo().refusal().ifPresent(refusal -> validateTokens("a refusal", refusal));
    request.guards().ifPresent(policy -> validateTokens("a refusal", policy.refusal()));
    if (request.needsText() && !hasTokenizer) {
      throw new IllegalArgumentException(
          "stop texts, guards and undos by the sentence need the text: give the decoder the model's"
              + " tokenizer");
    }
    validateMemory(request);
  }

  private void validateMemory(GenerationRequest request) {
    if (request.rows() > limits.maxRows()) {
      throw new IllegalArgumentException(
          "a request with guidance takes 2 rows, and the batch has " + limits.maxRows());
    }
    int longest = longestRow(request);
    long cached = model.cachedTokens(request.rows(), longest);
    if (cached > limits.maxTokens()) {
      throw new IllegalArgumentException(
          "prompt and new tokens may come to "
              + longest
              + " tokens, for which the KV cache takes room for "
              + cached
              + ", and the batch holds "
              + limits.maxTokens()
              + ": ask for fewer new tokens");
    }
  }

  /** The most tokens that one of the request's contexts may have. */
  int longestRow(GenerationRequest request) {
    int longest =
        IntStream.of(
                request.prompt().size(),
                negativePrompt(request).map(TokenIds::size).orElse(0),
                nudgedPrompt(request).map(TokenIds::size).orElse(0))
            .max()
            .getAsInt();
    long added = (long) request.maxNewTokens() + forcedResets(request);
    return (int) Math.min(model.contextLength(), longest + added);
  }

  private static Optional<TokenIds> negativePrompt(GenerationRequest request) {
    return request.guidance().map(Guidance::negativePrompt);
  }

  private static Optional<TokenIds> nudgedPrompt(GenerationRequest request) {
    return request
        .guards()
        .map(GuardPolicy::response)
        .flatMap(
            each -> each instanceof GuardPolicy.Rewind to ? to.nudgedPrompt() : Optional.empty());
  }

  private static int forcedResets(GenerationRequest request) {
    return request
        .guards()
        .filter(policy -> policy.response() instanceof GuardPolicy.ForceReset)
        .map(GuardPolicy::maxUndos)
        .orElse(0);
  }

  private void validatePrompt(String what, TokenIds prompt) {
    int longest = model.contextLength() - 1;
    if (prompt.size() > longest) {
      throw new IllegalArgumentException(
          what
              + " has "
              + prompt.size()
              + " tokens: the model's context of "
              + model.contextLength()
              + " leaves room for at most "
              + longest);
    }
    validateTokens(what, prompt);
  }

  private void validateTokens(String where, TokenIds ids) {
    ids.firstOutside(model.vocabSize()).ifPresent(id -> validateToken("a token of " + where, id));
  }

  private void validateToken(String what, int id) {
    if (id < 0 || id >= model.vocabSize()) {
      throw new IllegalArgumentException(
          what + " is " + id + ": the model has ids 0 to " + (model.vocabSize() - 1));
    }
  }
}

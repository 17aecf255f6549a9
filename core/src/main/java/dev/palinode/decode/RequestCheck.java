package dev.palinode.decode;

import java.util.Optional;
import java.util.stream.Stream;

/** Whether a model and a batch can answer a request at all. */
final class RequestCheck {
  private final CausalLm model;
  private final boolean hasTokenizer;
  private final BatchLimits limits;

  RequestCheck(CausalLm model, boolean hasTokenizer, BatchLimits limits) {
    this.model = model;
    this.hasTokenizer = hasTokenizer;
    this.limits = limits;
  }

  /**
   * Checks.
   *
   * @throws IllegalArgumentException if the request can never be answered here
   */
  void require(GenerationRequest request) {
    requireContext("the prompt", request.prompt());
    request
        .guidance()
        .ifPresent(each -> requireContext("the negative prompt", each.negativePrompt()));
    nudgedPrompt(request).ifPresent(prompt -> requireContext("the nudged prompt", prompt));
    request.sampling().requireWithin(model.vocabSize());
    request.undo().resetId().ifPresent(reset -> requireToken("the reset token", reset));
    request.undo().refusal().ifPresent(refusal -> requireTokens("a refusal", refusal));
    request.guards().ifPresent(policy -> requireTokens("a refusal", policy.refusal()));
    if (request.needsText() && !hasTokenizer) {
      throw new IllegalArgumentException(
          "stop texts, guards and undos by the sentence need the text: give the decoder the model's"
              + " tokenizer");
    }
    if (request.rows() > limits.maxRows()) {
      throw new IllegalArgumentException(
          "a request with guidance takes 2 rows, and the batch has " + limits.maxRows());
    }
    long cached = model.cachedTokens(request.rows(), longestRow(request));
    if (cached > limits.maxTokens()) {
      throw new IllegalArgumentException(
          "prompt and new tokens may come to "
              + longestRow(request)
              + " tokens, for which the KV cache takes room for "
              + cached
              + ", and the batch holds "
              + limits.maxTokens()
              + ": ask for fewer new tokens");
    }
  }

  /** The most tokens that one of the request's contexts may come to hold. */
  int longestRow(GenerationRequest request) {
    long longest =
        Stream.of(
                Stream.of(request.prompt()),
                request.guidance().map(Guidance::negativePrompt).stream(),
                nudgedPrompt(request).stream())
            .flatMap(each -> each)
            .mapToLong(TokenIds::size)
            .max()
            .orElseThrow();
    long added = (long) request.maxNewTokens() + forcedResets(request);
    return (int) Math.min(model.contextLength(), longest + added);
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

  private void requireContext(String what, TokenIds prompt) {
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
    requireTokens(what, prompt);
  }

  private void requireTokens(String where, TokenIds ids) {
    ids.firstOutside(model.vocabSize()).ifPresent(id -> requireToken("a token of " + where, id));
  }

  private void requireToken(String what, int id) {
    if (id < 0 || id >= model.vocabSize()) {
      throw new IllegalArgumentException(
          what + " is " + id + ": the model has ids 0 to " + (model.vocabSize() - 1));
    }
  }
}

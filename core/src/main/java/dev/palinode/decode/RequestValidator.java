package dev.palinode.decode;

import dev.palinode.token.TokenIds;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.lang3.Validate;

/** Rejects requests that a model and a batch can never answer. */
record RequestValidator(CausalLm model, boolean hasTokenizer, BatchLimits limits) {
  /**
   * Validates a request.
   *
   * @throws IllegalArgumentException if the request can never be answered here
   */
  void validate(GenerationRequest request) {
    prompts(request).forEach(this::validatePrompt);
    request.sampling().requireWithin(model.vocabSize());
    request.undo().resetId().ifPresent(reset -> validateToken("the reset token", reset));
    request.undo().refusal().ifPresent(refusal -> validateTokens("a refusal", refusal));
    request.guards().ifPresent(policy -> validateTokens("a refusal", policy.refusal()));
    Validate.isTrue(
        !request.needsText() || hasTokenizer,
        "stop texts, guards and undos by the sentence need the text: give the decoder the"
            + " model's tokenizer");
    Validate.isTrue(
        request.rows() <= limits.maxRows(),
        "a request with guidance takes 2 rows, and the batch has %s",
        limits.maxRows());
    int longest = longestRow(request);
    long cached = model.cachedTokens(request.rows(), longest);
    Validate.isTrue(
        cached <= limits.maxTokens(),
        "prompt and new tokens may come to %s tokens, for which the KV cache takes room for"
            + " %s, and the batch holds %s: ask for fewer new tokens",
        longest,
        cached,
        limits.maxTokens());
  }

  /** The most tokens that one of the request's contexts may have. */
  int longestRow(GenerationRequest request) {
    int longest = prompts(request).values().stream().mapToInt(TokenIds::size).max().getAsInt();
    int forcedResets =
        request
            .guards()
            .filter(policy -> policy.response() instanceof GuardPolicy.ForceReset)
            .map(GuardPolicy::maxUndos)
            .orElse(0);
    return (int)
        Math.min(model.contextLength(), (long) longest + request.maxNewTokens() + forcedResets);
  }

  /** The prompts of all contexts that the request may have, by what they are called. */
  private static Map<String, TokenIds> prompts(GenerationRequest request) {
    Map<String, TokenIds> prompts = new LinkedHashMap<>();
    prompts.put("the prompt", request.prompt());
    request.guidance().ifPresent(it -> prompts.put("the negative prompt", it.negativePrompt()));
    if (request.guards().map(GuardPolicy::response).orElse(null)
        instanceof GuardPolicy.Rewind rewind) {
      rewind.nudgedPrompt().ifPresent(prompt -> prompts.put("the nudged prompt", prompt));
    }
    return prompts;
  }

  private void validatePrompt(String what, TokenIds prompt) {
    int longest = model.contextLength() - 1;
    Validate.isTrue(
        prompt.size() <= longest,
        "%s has %s tokens: the model's context of %s leaves room for at most %s",
        what,
        prompt.size(),
        model.contextLength(),
        longest);
    validateTokens(what, prompt);
  }

  private void validateTokens(String where, TokenIds ids) {
    ids.firstOutside(model.vocabSize()).ifPresent(id -> validateToken("a token of " + where, id));
  }

  private void validateToken(String what, int id) {
    Validate.isTrue(
        id >= 0 && id < model.vocabSize(),
        "%s is %s: the model has ids 0 to %s",
        what,
        id,
        (model.vocabSize() - 1));
  }
}

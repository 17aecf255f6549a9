package dev.palinode.decode.sampling;

/**
 * Lowers the logit of every generated token by the penalty, once; the prompt does not count (as in
 * OpenAI's API and vLLM).
 */
record PresencePenalty(double penalty) implements LogitsProcessor {
  @Override
  public void process(float[] logits, TokenHistory history) {
    TokenCounts generated = history.generatedCounts();
    for (int i = 0; i < generated.distinct(); i++) {
      int id = generated.id(i);
      logits[id] = (float) (logits[id] - penalty);
    }
  }
}

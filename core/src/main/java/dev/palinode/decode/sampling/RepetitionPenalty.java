package dev.palinode.decode.sampling;

/**
 * Makes every token of the prompt and of the generated text less likely, once, however often it
 * occurs: positive logits are divided by the penalty, negative ones multiplied with it (Keskar et
 * al., CTRL, arXiv 1909.05858, section 4.1, in the form of transformers and vLLM).
 *
 * @param penalty above 0; below 1 it makes these tokens more likely
 */
record RepetitionPenalty(double penalty) implements LogitsProcessor {
  @Override
  public void process(float[] logits, TokenHistory history) {
    TokenCounts seen = history.counts();
    for (int i = 0; i < seen.distinct(); i++) {
      int id = seen.id(i);
      float logit = logits[id];
      logits[id] = (float) (logit > 0 ? logit / penalty : logit * penalty);
    }
  }
}

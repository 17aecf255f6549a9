package dev.palinode.decode.sampling;

import java.util.Map;

/** Adds a number to the logits of some tokens. */
record LogitBias(Map<Integer, Double> bias) implements LogitsProcessor {
  @Override
  public void process(float[] logits, TokenHistory history) {
    bias.forEach((id, shift) -> logits[id] = (float) (logits[id] + shift));
  }
}

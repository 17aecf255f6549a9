package dev.palinode.decode.sampling;

import java.util.Arrays;
import java.util.Set;

/** Forbids all tokens but some. */
final class AllowedTokens implements LogitsProcessor {
  private final int[] ids;

  AllowedTokens(Set<Integer> ids) {
    this.ids = ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void process(float[] logits, TokenHistory history) {
    float[] kept = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      kept[i] = logits[ids[i]];
    }
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    for (int i = 0; i < ids.length; i++) {
      logits[ids[i]] = kept[i];
    }
  }
}

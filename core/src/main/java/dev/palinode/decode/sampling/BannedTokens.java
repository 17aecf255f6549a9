package dev.palinode.decode.sampling;

import java.util.Set;

/** Forbids some tokens. */
final class BannedTokens implements LogitsProcessor {
  private final int[] ids;

  BannedTokens(Set<Integer> ids) {
    this.ids = ids.stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public void process(float[] logits, TokenHistory history) {
    for (int id : ids) {
      logits[id] = Float.NEGATIVE_INFINITY;
    }
  }
}

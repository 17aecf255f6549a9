package dev.palinode.model.decoding;

/** How the rows of one call of a batch are cut into passes through the network. */
@FunctionalInterface
interface ForwardPlan {
  /**
   * Writes tokens into a cache, after what its slots hold; the cache has room for them.
   *
   * @param slots distinct
   * @param lengths tokens that each slot in use holds, by slot
   * @param tokens {@code tokens[i]} is appended to {@code slots[i]}: at least one, and no more than
   *     fit in the context
   * @return logits after the last token of each of {@code slots}
   */
  float[][] compute(int[] slots, int[] lengths, int[][] tokens);
}

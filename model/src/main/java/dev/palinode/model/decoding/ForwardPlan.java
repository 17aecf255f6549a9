package dev.palinode.model.decoding;

/** Divides the rows of one call into forward passes through the network, and runs them. */
@FunctionalInterface
interface ForwardPlan {
  /**
   * Appends tokens to the slots of a cache that has room for them.
   *
   * @param slots distinct
   * @param lengths tokens that each slot in use holds, by slot
   * @param tokens {@code tokens[i]} is appended to {@code slots[i]}: at least one, and no more than
   *     fit in the context
   * @return logits after the last token of each of {@code slots}
   */
  float[][] compute(int[] slots, int[] lengths, int[][] tokens);
}

package dev.palinode.decode;

/**
 * How much is computed and remembered at once.
 *
 * @param maxRows the most contexts computed together, at least 1; a request with guidance has two
 * @param maxTokens the most tokens that all contexts in the batch may come to hold: a request joins
 *     when its prompts and all its new tokens fit. Bounds the memory of the KV cache
 * @param prefillTokens the most prompt tokens read in one step, at least 1: a longer prompt is read
 *     over several steps, so that those who are being answered do not wait for it. Models that are
 *     {@linkplain CausalLm#isBatchInvariant batch-invariant} read prompts whole all the same
 */
public record BatchLimits(int maxRows, long maxTokens, int prefillTokens) {
  private static final int PREFILL_TOKENS = 8192;

  public BatchLimits {
    requirePositive("maxRows", maxRows);
    requirePositive("maxTokens", maxTokens);
    requirePositive("prefillTokens", prefillTokens);
  }

  /** That many rows, without a bound on their tokens. */
  public static BatchLimits rows(int maxRows) {
    return new BatchLimits(maxRows, Long.MAX_VALUE, PREFILL_TOKENS);
  }

  /** These limits with another bound on tokens. */
  public BatchLimits withMaxTokens(long tokens) {
    return new BatchLimits(maxRows, tokens, prefillTokens);
  }

  /** These limits with another bound on prompt tokens per step. */
  public BatchLimits withPrefillTokens(int tokens) {
    return new BatchLimits(maxRows, maxTokens, tokens);
  }

  private static void requirePositive(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " is " + value + ": expected 1 or more");
    }
  }
}

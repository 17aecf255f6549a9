package dev.palinode.decode;

/**
 * How much is computed and remembered at once.
 *
 * @param maxRows the most contexts computed together, at least 1; a request with guidance has two
 * @param maxTokens bounds the memory of the batch's KV cache, in tokens: what the cache takes for
 *     as many rows as there are, each as long as the longest ({@link CausalLm#cachedTokens}). A
 *     request joins when the cache would stay within it though every row took all its new tokens;
 *     one that would not fit alone fails. In bytes it is this number times the keys and values of
 *     one token in all layers. While a cache is enlarged, one layer is there twice
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

  /** That many rows, without a bound on the memory of the KV cache. */
  public static BatchLimits rows(int maxRows) {
    return new BatchLimits(maxRows, Long.MAX_VALUE, PREFILL_TOKENS);
  }

  /** These limits with another bound on the KV cache. */
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

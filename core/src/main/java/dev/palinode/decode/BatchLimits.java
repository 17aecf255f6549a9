package dev.palinode.decode;

import org.apache.commons.lang3.Validate;

/**
 * Limits on the size of a batch and its KV cache.
 *
 * @param maxRows the most contexts in a batch, at least 1; a request with guidance has two
 * @param maxTokens the most tokens in the KV cache, counting every row as long as the longest
 *     ({@link CausalLm#cachedTokens}). A request joins if the cache stays within this limit even
 *     when every row uses all its new tokens; a request that would not fit alone fails. Multiply by
 *     the keys and values of one token in all layers for bytes. While a cache is enlarged, one
 *     layer is in memory twice
 * @param prefillTokens the most prompt tokens read in one step, at least 1 (chunked prefill): a
 *     longer prompt is read over several steps, so that running requests do not wait for it.
 *     {@linkplain CausalLm#isBatchInvariant Batch-invariant} models always read prompts whole
 */
public record BatchLimits(int maxRows, long maxTokens, int prefillTokens) {
  private static final int PREFILL_TOKENS = 8192;

  public BatchLimits {
    requirePositive("maxRows", maxRows);
    requirePositive("maxTokens", maxTokens);
    requirePositive("prefillTokens", prefillTokens);
  }

  /** Limits with this number of rows and an unbounded KV cache. */
  public static BatchLimits rows(int maxRows) {
    return new BatchLimits(maxRows, Long.MAX_VALUE, PREFILL_TOKENS);
  }

  /** These limits with another {@code maxTokens}. */
  public BatchLimits withMaxTokens(long tokens) {
    return new BatchLimits(maxRows, tokens, prefillTokens);
  }

  /** These limits with another {@code prefillTokens}. */
  public BatchLimits withPrefillTokens(int tokens) {
    return new BatchLimits(maxRows, maxTokens, tokens);
  }

  private static void requirePositive(String what, long value) {
    Validate.isTrue(value >= 1, "%s is %s: expected 1 or more", what, value);
  }
}

package dev.palinode.decode;

/**
 * How busy a {@link DecodingService} was after its last step.
 *
 * @param waiting requests that wait for room in the batch
 * @param running requests in the batch
 * @param rows contexts in the batch; a request with guidance has two
 * @param cachedTokens tokens for which the KV cache may have to grow while these requests run
 *     ({@link CausalLm#cachedTokens})
 */
public record DecodingLoad(int waiting, int running, int rows, long cachedTokens) {
  /** Nothing to do. */
  public static final DecodingLoad NONE = new DecodingLoad(0, 0, 0, 0);
}

package dev.palinode.data.overlap;

import java.util.Arrays;

/**
 * One-permutation min-hashing (Li, Owen and Zhang 2012): every shingle is hashed once, the hash
 * says which of {@link Bands#BINS} bins it belongs to, and each bin keeps its least. Bins that stay
 * empty take the value of another one, in an order that hangs on the bin alone (optimal
 * densification, Shrivastava 2017), so that two texts agree in every bin with the probability of
 * their Jaccard similarity. Where classical min-hashing has 64 multiplications a shingle, this has
 * one.
 */
final class MinHashes {
  private static final int BIN_BITS = Integer.numberOfTrailingZeros(Bands.BINS);
  private static final int EMPTY = Integer.MAX_VALUE;

  /** For each bin all others, in the order in which it borrows. */
  private static final byte[][] LENDERS = lenders();

  private final int[] least = new int[Bands.BINS];

  MinHashes() {
    Arrays.fill(least, EMPTY);
  }

  /** The top bits are the bin, the next 31 the value. */
  void add(long hash) {
    int bin = (int) (hash >>> (64 - BIN_BITS));
    int value = (int) (hash >>> (33 - BIN_BITS)) & Integer.MAX_VALUE;
    least[bin] = Math.min(least[bin], value);
  }

  /** A hash of each band; of shingles there must have been at least one. */
  int[] bands(Bands bands) {
    int[] keys = new int[bands.bands()];
    int bin = 0;
    for (int band = 0; band < keys.length; band++) {
      long hash = band;
      for (int row = 0; row < bands.rows(); row++) {
        hash = Hashing.append(hash, value(bin++));
      }
      keys[band] = (int) Hashing.mix(hash);
    }
    return keys;
  }

  private int value(int bin) {
    return least[bin] == EMPTY ? borrowed(bin) : least[bin];
  }

  private int borrowed(int bin) {
    for (byte lender : LENDERS[bin]) {
      if (least[lender] != EMPTY) {
        return least[lender];
      }
    }
    throw new IllegalStateException("no shingle has been added");
  }

  private static byte[][] lenders() {
    byte[][] lenders = new byte[Bands.BINS][Bands.BINS];
    for (int bin = 0; bin < Bands.BINS; bin++) {
      long[] order = new long[Bands.BINS];
      for (int i = 0; i < order.length; i++) {
        order[i] = (Hashing.mix(bin * 1000L + i + 1) & -Bands.BINS) | i;
      }
      Arrays.sort(order);
      for (int i = 0; i < order.length; i++) {
        lenders[bin][i] = (byte) (order[i] & (Bands.BINS - 1));
      }
    }
    return lenders;
  }
}

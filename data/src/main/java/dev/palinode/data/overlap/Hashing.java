package dev.palinode.data.overlap;

/**
 * The hash functions of this package. Fingerprint files hold what they give: a change of any of
 * them needs another {@link FingerprintFile#VERSION}.
 */
final class Hashing {
  /** Odd and without pattern: the golden ratio, and the constants of MurmurHash3 and SplitMix64. */
  static final long GOLDEN = 0x9E3779B97F4A7C15L;

  private static final long FIRST = 0xFF51AFD7ED558CCDL;
  private static final long SECOND = 0xBF58476D1CE4E5B9L;

  private Hashing() {}

  /** Spreads every bit over all bits; different numbers stay different. */
  static long mix(long x) {
    long once = (x ^ (x >>> 32)) * FIRST;
    long twice = (once ^ (once >>> 29)) * SECOND;
    return twice ^ (twice >>> 32);
  }

  /** Gives hashes another order. */
  static long spread(long hash) {
    long product = hash * GOLDEN;
    return product ^ (product >>> 32);
  }

  /** A hash of a sequence from that of its beginning and its next item. */
  static long append(long sequence, long item) {
    return Long.rotateLeft((sequence ^ item) * GOLDEN, 29);
  }

  /** Another hash of a sequence, which collides for other sequences. */
  static long appendOtherwise(long sequence, long item) {
    return (Long.rotateLeft(sequence, 23) + item) * FIRST;
  }
}

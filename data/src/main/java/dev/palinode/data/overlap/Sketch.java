package dev.palinode.data.overlap;

/**
 * What {@link NearDuplicates} keeps of a text: hashes of its bands, and its shingles or a sample of
 * them; at most {@link ShingleSample#LARGEST} times four bytes and some 150 more. Sketches can be
 * made in any thread, and are then added in the order of the data.
 */
public final class Sketch {
  private final long high;
  private final long low;
  private final int[] bands;
  private final ShingleSample shingles;

  private Sketch(Words words, int[] bands, ShingleSample shingles) {
    high = words.high();
    low = words.low();
    this.bands = bands;
    this.shingles = shingles;
  }

  static Sketch of(Words words, Similarity similarity, Bands bands) {
    if (words.count() == 0) {
      return new Sketch(words, new int[0], new ShingleSample(0));
    }
    int size = Math.min(similarity.shingle(), words.count());
    int shingles = words.count() - size + 1;
    MinHashes least = new MinHashes();
    ShingleSample sample = new ShingleSample(shingles);
    long seed = Hashing.mix(similarity.seed() + 1);
    RollingHash run = new RollingHash(words, size);
    for (int i = 0; i < shingles; i++) {
      long hash = Hashing.spread(run.next() ^ seed);
      least.add(hash);
      sample.add((int) hash);
    }
    sample.finish();
    return new Sketch(words, least.bands(bands), sample);
  }

  /** Whether the text has no words. */
  boolean isEmpty() {
    return bands.length == 0;
  }

  /** The upper half of the hash of the text's words. */
  long high() {
    return high;
  }

  /** The lower half. */
  long low() {
    return low;
  }

  /** A hash of each band; none for a text without words. */
  int[] bands() {
    return bands;
  }

  ShingleSample shingles() {
    return shingles;
  }
}

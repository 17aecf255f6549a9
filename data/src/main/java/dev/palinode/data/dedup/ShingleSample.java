package dev.palinode.data.dedup;

import java.util.Arrays;

/**
 * The different shingles of a text, as hashes of 32 bits, or the least {@value #LARGEST} of them
 * (Broder's sketch, 1997). Similarities are exact for two texts of up to {@value #LARGEST}
 * different shingles, but for collisions; beyond, they are estimates from the least {@value
 * #LARGEST} of the two texts together, which both samples have if the texts do.
 */
final class ShingleSample {
  /** Most hashes that are kept, 4 bytes each. */
  static final int LARGEST = 256;

  private final int[] hashes; // ascending, each once
  private final boolean isWhole;

  private ShingleSample(int[] hashes, boolean isWhole) {
    this.hashes = hashes;
    this.isWhole = isWhole;
  }

  /** The sample of some shingles, of which the lower half is used. */
  static ShingleSample of(long[] shingles) {
    int[] sorted = Arrays.stream(shingles).mapToInt(each -> (int) each).sorted().toArray();
    int count = 0;
    for (int hash : sorted) {
      if (count == 0 || hash != sorted[count - 1]) {
        sorted[count++] = hash;
      }
    }
    return new ShingleSample(Arrays.copyOf(sorted, Math.min(count, LARGEST)), count <= LARGEST);
  }

  /** Jaccard similarity of two texts, of which at least one has shingles. */
  double similarity(ShingleSample other) {
    int most = isWhole && other.isWhole ? Integer.MAX_VALUE : LARGEST;
    int common = 0;
    int either = 0;
    int i = 0;
    int j = 0;
    while (either < most && (i < hashes.length || j < other.hashes.length)) {
      int order = compare(i, other, j);
      common += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
      either++;
    }
    return (double) common / either;
  }

  /** Which hash is next in the union of both; the end of a sample is after all hashes. */
  private int compare(int i, ShingleSample other, int j) {
    if (i == hashes.length || j == other.hashes.length) {
      return i == hashes.length ? 1 : -1;
    }
    return Integer.compare(hashes[i], other.hashes[j]);
  }
}

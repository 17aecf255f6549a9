package dev.palinode.data.dedup;

import java.util.Arrays;

/**
 * Bottom-k sketch of a text (Broder 1997): the {@value #LARGEST} smallest 32-bit hashes of its
 * distinct shingles, or all if there are fewer. Except for collisions, similarities of texts with
 * up to {@value #LARGEST} distinct shingles are exact; others are estimates from the {@value
 * #LARGEST} smallest hashes of the union.
 */
final class ShingleSample {
  /** Maximum number of hashes, 4 bytes each. */
  static final int LARGEST = 256;

  private final int[] hashes; // ascending, each once
  private final boolean isWhole;

  private ShingleSample(int[] hashes, boolean isWhole) {
    this.hashes = hashes;
    this.isWhole = isWhole;
  }

  /** The sample of some shingles; the lower 32 bits of each hash are used. */
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

  /** Jaccard similarity of two texts; at least one must have shingles. */
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

  /** Compares the next hashes of both samples; the end of a sample sorts last. */
  private int compare(int i, ShingleSample other, int j) {
    if (i == hashes.length || j == other.hashes.length) {
      return i == hashes.length ? 1 : -1;
    }
    return Integer.compare(hashes[i], other.hashes[j]);
  }
}

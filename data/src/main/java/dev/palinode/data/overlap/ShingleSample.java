package dev.palinode.data.overlap;

import java.util.Arrays;

/**
 * The shingles of a text, or, where it has many, those whose hash begins with some zero bits
 * (Broder's sketch "modulo m", 1997, with the modulus doubled as needed). A fair sample of the
 * union of two texts is what both samples keep under the stricter of their two rules, so that
 * similarities are exact for texts of up to {@link #LARGEST} different shingles (but for collisions
 * of 32 bits) and estimates from at least some hundred shingles beyond.
 */
final class ShingleSample {
  /** Most hashes that are kept, 4 bytes each. */
  static final int LARGEST = 256;

  private int[] hashes;
  private int count;
  private int zeros;
  private boolean isSorted; // and without repeats

  /**
   * @param shingles how many will be added, at least
   */
  ShingleSample(int shingles) {
    hashes = new int[Math.min(shingles, 2 * LARGEST)];
  }

  void add(int hash) {
    if (count == hashes.length) {
      shrink(hashes.length / 2);
    }
    if (Integer.numberOfLeadingZeros(hash) >= zeros) {
      hashes[count++] = hash;
    }
  }

  /** To be called once, after the last one. */
  void finish() {
    if (count > LARGEST) {
      shrink(LARGEST);
    }
    if (count < hashes.length) {
      hashes = Arrays.copyOf(hashes, count);
    }
  }

  /** Jaccard similarity of two texts; sorts both samples when it is first needed. */
  double similarity(ShingleSample other) {
    sort();
    other.sort();
    int rule = Math.max(zeros, other.zeros);
    int common = 0;
    int either = 0;
    int i = 0;
    int j = 0;
    // Fewer leading zeros are greater numbers: what the rule leaves out stands at the end.
    int end = keptUnder(rule);
    int otherEnd = other.keptUnder(rule);
    while (i < end && j < otherEnd) {
      int order = Integer.compareUnsigned(hashes[i], other.hashes[j]);
      common += order == 0 ? 1 : 0;
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
      either++;
    }
    either += end - i + otherEnd - j;
    return either == 0 ? 0 : (double) common / either;
  }

  private void shrink(int most) {
    sort();
    while (count > most) {
      count = keptUnder(++zeros);
    }
    isSorted = false;
  }

  private int keptUnder(int rule) {
    int kept = count;
    while (kept > 0 && Integer.numberOfLeadingZeros(hashes[kept - 1]) < rule) {
      kept--;
    }
    return kept;
  }

  private void sort() {
    if (isSorted) {
      return;
    }
    // As unsigned numbers: with the sign flipped, sorted, and flipped back.
    flip();
    Arrays.sort(hashes, 0, count);
    flip();
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (kept == 0 || hashes[i] != hashes[kept - 1]) {
        hashes[kept++] = hashes[i];
      }
    }
    count = kept;
    isSorted = true;
  }

  private void flip() {
    for (int i = 0; i < count; i++) {
      hashes[i] ^= Integer.MIN_VALUE;
    }
  }
}

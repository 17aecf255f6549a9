package dev.palinode.data.overlap;

/**
 * Hashes of all runs of some words, from the first run to the last: a cyclic polynomial (Cohen
 * 1997), which drops a word and takes the next with two rotations. To be mixed before bits of it
 * are used.
 */
final class RollingHash {
  private static final int TURN = 11; // has no factor in common with 64

  private final long[] words;
  private final int size;
  private final int dropTurn;
  private int next;
  private long hash;

  /**
   * @param size words in a run, at most those of the text
   */
  RollingHash(Words words, int size) {
    this.words = words.hashes();
    this.size = size;
    this.dropTurn = (TURN * size) & 63;
    for (next = 0; next < size - 1; next++) {
      hash = Long.rotateLeft(hash, TURN) ^ this.words[next];
    }
  }

  /** The hash of the next run; to be called as often as there are runs. */
  long next() {
    hash = Long.rotateLeft(hash, TURN) ^ words[next];
    long current = hash;
    int first = next - size + 1;
    if (first >= 0) {
      hash ^= Long.rotateLeft(words[first], dropTurn - TURN);
    }
    next++;
    return current;
  }
}

package dev.palinode.data.overlap;

import java.util.Arrays;

/**
 * Which texts share a band: a hash table with one entry for each band of each text, chained, the
 * newest first. Eight bytes an entry, and four to eight for the table. Not thread-safe.
 */
final class BandTable {
  private static final int NONE = -1;
  private static final int MOST_SLOTS = 1 << 30;

  private final int bands;
  private int[] heads = new int[1 << 12];
  private int[] next;
  private int[] keys;
  private final int[] firsts;
  private int entries;

  /**
   * @param bands of each text
   */
  BandTable(int bands) {
    this.bands = bands;
    this.firsts = new int[bands];
    this.next = new int[bands * 128];
    this.keys = new int[bands * 128];
    Arrays.fill(heads, NONE);
  }

  /** Adds the next text, which is numbered by how many there were before. */
  void add(int[] hashes) {
    ensureRoom();
    for (int hash : hashes) {
      keys[entries] = hash;
      link(entries++);
    }
  }

  /**
   * Collects texts that share a band with these hashes, each once, newest first within a band.
   *
   * @param found takes their numbers; no more are looked for when it is full
   * @return how many there are
   */
  int find(int[] hashes, int[] found) {
    // First all heads, then what hangs on them: so the processor waits for memory once, not in
    // turn.
    for (int band = 0; band < bands; band++) {
      firsts[band] = heads[slot(hashes[band])];
    }
    int count = 0;
    for (int band = 0; band < bands && count < found.length; band++) {
      count = find(firsts[band], hashes[band], found, count);
    }
    return count;
  }

  private int find(int first, int hash, int[] found, int already) {
    int count = already;
    int entry = first;
    while (entry != NONE && count < found.length) {
      if (keys[entry] == hash && !contains(found, count, entry / bands)) {
        found[count++] = entry / bands;
      }
      entry = next[entry];
    }
    return count;
  }

  private static boolean contains(int[] numbers, int count, int number) {
    for (int i = 0; i < count; i++) {
      if (numbers[i] == number) {
        return true;
      }
    }
    return false;
  }

  private int slot(int hash) {
    return hash & (heads.length - 1);
  }

  private void link(int entry) {
    int slot = slot(keys[entry]);
    next[entry] = heads[slot];
    heads[slot] = entry;
  }

  private void ensureRoom() {
    if (entries + bands > keys.length) {
      if (entries >= MOST_SLOTS / 2) {
        throw new IllegalStateException(
            entries / bands + " different texts are more than one table holds: split the data");
      }
      keys = Arrays.copyOf(keys, 2 * keys.length);
      next = Arrays.copyOf(next, 2 * next.length);
    }
    if (entries + bands > heads.length) {
      heads = new int[2 * heads.length];
      Arrays.fill(heads, NONE);
      for (int entry = 0; entry < entries; entry++) {
        link(entry);
      }
    }
  }
}

package dev.palinode.data.cache;

/**
 * From keys to places in a file, in one array of numbers: 24 bytes a slot, at most two thirds of
 * them taken, so 36 to 72 bytes a key. Not thread-safe.
 */
final class KeyTable {
  /** No such key. */
  static final long ABSENT = -1;

  private static final int WIDTH = 3; // the key's two halves, and the place plus 1; 0 for none

  private long[] slots = new long[WIDTH * 1024];
  private int size;

  int size() {
    return size;
  }

  /** The place of a key; {@link #ABSENT} if it has none. */
  long place(ContentKey key) {
    return slots[slot(slots, key.high(), key.low()) + 2] - 1;
  }

  /** Adds a key; does nothing if it is there. */
  void add(ContentKey key, long place) {
    if (3L * (size + 1) > 2L * (slots.length / WIDTH)) {
      grow();
    }
    int slot = slot(slots, key.high(), key.low());
    if (slots[slot + 2] == 0) {
      set(slots, slot, key.high(), key.low(), place + 1);
      size++;
    }
  }

  private void grow() {
    long[] larger = new long[Math.multiplyExact(slots.length, 2)];
    for (int i = 0; i < slots.length; i += WIDTH) {
      if (slots[i + 2] != 0) {
        set(larger, slot(larger, slots[i], slots[i + 1]), slots[i], slots[i + 1], slots[i + 2]);
      }
    }
    slots = larger;
  }

  private static void set(long[] slots, int slot, long high, long low, long place) {
    slots[slot] = high;
    slots[slot + 1] = low;
    slots[slot + 2] = place;
  }

  /** The slot that a key has, or would get: keys are hashes already. */
  private static int slot(long[] slots, long high, long low) {
    int count = slots.length / WIDTH; // a power of two
    int number = (int) high & (count - 1);
    while (slots[WIDTH * number + 2] != 0
        && (slots[WIDTH * number] != high || slots[WIDTH * number + 1] != low)) {
      number = (number + 1) & (count - 1);
    }
    return WIDTH * number;
  }
}

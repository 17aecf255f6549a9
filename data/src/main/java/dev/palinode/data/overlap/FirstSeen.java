package dev.palinode.data.overlap;

/**
 * Where each of many 128-bit hashes was first seen: an open-addressing table, three longs to a
 * slot, at most half full. Not thread-safe.
 */
final class FirstSeen {
  /** Instead of a position: the hash is new. */
  static final long NEW = -1;

  private static final int WIDTH = 3; // high, low, position + 1; 0 there is an empty slot

  private long[] slots = new long[WIDTH * 1024];
  private int size;

  /** The position where a hash was first seen, or {@link #NEW}. */
  long find(long high, long low) {
    return slots[slot(high, low) + 2] - 1;
  }

  /**
   * Notes a hash at a position, from 0, unless it is there.
   *
   * @return the position where it was first seen, or {@link #NEW}
   */
  long put(long high, long low, long position) {
    int slot = slot(high, low);
    if (slots[slot + 2] != 0) {
      return slots[slot + 2] - 1;
    }
    set(slot, high, low, position + 1);
    if (2 * ++size > slots.length / WIDTH) {
      grow();
    }
    return NEW;
  }

  private void set(int slot, long high, long low, long stored) {
    slots[slot] = high;
    slots[slot + 1] = low;
    slots[slot + 2] = stored;
  }

  /** Where the hash stands or would stand. */
  private int slot(long high, long low) {
    int capacity = slots.length / WIDTH;
    int slot = (int) low & (capacity - 1);
    while (slots[WIDTH * slot + 2] != 0
        && (slots[WIDTH * slot] != high || slots[WIDTH * slot + 1] != low)) {
      slot = (slot + 1) & (capacity - 1);
    }
    return WIDTH * slot;
  }

  private void grow() {
    long[] old = slots;
    if (old.length > Integer.MAX_VALUE / 2) {
      throw new IllegalStateException(
          size + " different texts are more than one table holds: split the data");
    }
    slots = new long[2 * old.length];
    for (int i = 0; i < old.length; i += WIDTH) {
      if (old[i + 2] != 0) {
        set(slot(old[i], old[i + 1]), old[i], old[i + 1], old[i + 2]);
      }
    }
  }
}

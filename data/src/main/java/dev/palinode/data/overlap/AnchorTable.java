package dev.palinode.data.overlap;

import java.util.Arrays;
import java.util.List;

/**
 * Which prompts have a run of words, by the run's hash. A bit set says no to nearly all runs of a
 * text; behind it is a hash table of the anchors. Immutable.
 */
final class AnchorTable {
  /** Of {@link #next}: no other anchor. */
  static final int NONE = -1;

  private final int[] prompts; // of each anchor, numbered through all prompts
  private final int[] firsts; // the first anchor of each prompt; one more at the end
  private final long[] entries; // hash and anchor, sorted
  private final int[] slots; // an entry's index + 1; 0 is an empty slot
  private final long[] filter;

  AnchorTable(List<PromptFingerprint> fingerprints) {
    firsts = new int[fingerprints.size() + 1];
    for (int i = 0; i < fingerprints.size(); i++) {
      firsts[i + 1] = firsts[i] + fingerprints.get(i).anchors().size();
    }
    int count = firsts[fingerprints.size()];
    prompts = new int[count];
    entries = new long[count];
    slots = new int[Integer.highestOneBit(Math.max(count, 16)) * 4];
    filter = new long[slots.length / 8]; // 8 to 16 bits an anchor, within what a core has beside it
    for (int i = 0; i < fingerprints.size(); i++) {
      enter(i, fingerprints.get(i).anchors());
    }
    Arrays.sort(entries);
    for (int i = 0; i < count; i++) {
      if (i == 0 || hash(i) != hash(i - 1)) {
        slots[freeSlot(hash(i))] = i + 1;
      }
    }
  }

  /** The first entry with this hash, or {@link #NONE}. */
  int find(int hash) {
    long bits = filter[(hash >>> 6) & (filter.length - 1)];
    return ((bits >>> hash) & 1) == 0 ? NONE : lookUp(hash);
  }

  private int lookUp(int hash) {
    int slot = hash & (slots.length - 1);
    while (slots[slot] != 0) {
      if (hash(slots[slot] - 1) == hash) {
        return slots[slot] - 1;
      }
      slot = (slot + 1) & (slots.length - 1);
    }
    return NONE;
  }

  /** The next entry with the same hash, or {@link #NONE}. */
  int next(int entry) {
    return entry + 1 < entries.length && hash(entry + 1) == hash(entry) ? entry + 1 : NONE;
  }

  /** The number of an entry's anchor: those of a prompt follow each other. */
  int anchor(int entry) {
    return (int) entries[entry];
  }

  int prompt(int anchor) {
    return prompts[anchor];
  }

  /** Whether an anchor is the beginning of its prompt. */
  boolean isFirst(int anchor) {
    return firsts[prompts[anchor]] == anchor;
  }

  private void enter(int prompt, List<Integer> anchors) {
    int anchor = firsts[prompt];
    for (int hash : anchors) {
      prompts[anchor] = prompt;
      entries[anchor] = ((long) hash << 32) | anchor;
      filter[(hash >>> 6) & (filter.length - 1)] |= 1L << hash;
      anchor++;
    }
  }

  private int hash(int entry) {
    return (int) (entries[entry] >> 32);
  }

  private int freeSlot(int hash) {
    int slot = hash & (slots.length - 1);
    while (slots[slot] != 0) {
      slot = (slot + 1) & (slots.length - 1);
    }
    return slot;
  }
}

package dev.palinode.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Plans the prefill of a step: which prompt tokens are read in which calls of the model, up to a
 * number of tokens, the oldest request first. A context copies a prefix that it shares with a row
 * of the batch; contexts of one step with a common prefix wait for the first of them.
 */
final class PrefillPlan {
  /** Shorter shared prefixes are not worth a copy and another call of the model. */
  private static final int LEAST_SHARED = 16;

  /**
   * Tokens of a slot to read in a call.
   *
   * @param donor the slot whose row is copied first; null if none
   * @param shared number of copied tokens
   */
  record Chunk(SequenceSlot slot, @Nullable SequenceSlot donor, int shared, int count) {
    int end() {
      return slot.cached() + shared + count;
    }
  }

  private final List<SequenceSlot> all;
  private final boolean shares;
  private List<SequenceSlot> waiting;
  private int budget;

  /**
   * A plan for one step.
   *
   * @param slots to be read, the oldest request first
   * @param all slots whose rows may be copied
   * @param shares whether rows may be copied and prompts read in pieces: both change the rounding
   * @param budget the most tokens to read
   */
  PrefillPlan(List<SequenceSlot> slots, List<SequenceSlot> all, boolean shares, int budget) {
    this.waiting = slots;
    this.all = all;
    this.shares = shares;
    this.budget = budget;
  }

  /** The chunks of the next call, without failed requests; empty if the step has read enough. */
  List<Chunk> next(Set<RunningRequest> failed) {
    List<Chunk> call = new ArrayList<>();
    List<SequenceSlot> later = new ArrayList<>();
    for (SequenceSlot slot : waiting) {
      if (failed.contains(slot.owner())) {
        continue;
      }
      SequenceSlot donor = shares && !slot.hasRow() ? donor(slot) : null;
      int shared = donor == null ? 0 : slot.sharedPrefix(donor, donor.cached());
      if (budget <= 0 || (shares && !slot.hasRow() && canShareMore(slot, shared, call))) {
        later.add(slot);
        continue;
      }
      int unread = slot.unread() - shared;
      int count = shares ? Math.min(unread, budget) : unread;
      budget -= count;
      call.add(new Chunk(slot, donor, shared, count));
    }
    waiting = later;
    return call;
  }

  /** The slot with the longest shared prefix in its row; null if none is worth a copy. */
  private @Nullable SequenceSlot donor(SequenceSlot slot) {
    int longest = LEAST_SHARED - 1;
    SequenceSlot donor = null;
    for (SequenceSlot other : all) {
      if (other.hasRow() && slot.sharedPrefix(other, other.cached()) > longest) {
        longest = slot.sharedPrefix(other, other.cached());
        donor = other;
      }
    }
    return donor;
  }

  /** Whether there will be a longer prefix to copy after this call. */
  private static boolean canShareMore(SequenceSlot slot, int shared, List<Chunk> call) {
    int least = Math.max(LEAST_SHARED, shared + 1);
    return call.stream().anyMatch(each -> slot.sharedPrefix(each.slot(), each.end()) >= least);
  }
}

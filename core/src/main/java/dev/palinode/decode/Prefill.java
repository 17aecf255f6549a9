package dev.palinode.decode;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Which tokens of prompts are read in a step: at most so many, the oldest request first. A context
 * that begins as another one does takes a copy of what that has read; contexts of one step that
 * begin alike wait for the first of them.
 */
final class Prefill {
  /** Below this many tokens in common a copy and another call of the model do not pay. */
  private static final int LEAST_SHARED = 16;

  /** Tokens of a row to read now. */
  record Portion(ContextRow row, int count) {}

  private final SequenceBatch batch;
  private final boolean shares;
  private int budget;

  /**
   * @param shares whether prefixes may be copied and prompts be read in pieces, both of which
   *     change the rounding
   * @param budget tokens to read
   */
  Prefill(SequenceBatch batch, boolean shares, int budget) {
    this.batch = batch;
    this.shares = shares;
    this.budget = budget;
  }

  /**
   * Reads.
   *
   * @param rows to be read, the oldest first
   * @param joined rows that are in the batch
   * @param reading reads one call's portions
   * @param failing is told of a row that found no place in the batch
   */
  void read(
      List<ContextRow> rows,
      List<ContextRow> joined,
      Consumer<List<Portion>> reading,
      BiConsumer<ContextRow, Throwable> failing) {
    List<ContextRow> waiting = new ArrayList<>(rows);
    List<ContextRow> known = new ArrayList<>(joined);
    while (!waiting.isEmpty() && budget > 0) {
      List<Portion> call = new ArrayList<>();
      List<ContextRow> later = new ArrayList<>();
      for (ContextRow row : waiting) {
        if (row.hasLeft()) {
          continue; // its request has failed with another row of this step
        }
        try {
          if (budget <= 0 || !join(row, known, call)) {
            later.add(row);
            continue;
          }
        } catch (RuntimeException | Error e) {
          failing.accept(row, e);
          continue;
        }
        int count = shares ? Math.min(row.unread(), budget) : row.unread();
        budget -= count;
        call.add(new Portion(row, count));
      }
      reading.accept(call);
      call.forEach(portion -> known.add(portion.row()));
      waiting = later;
    }
  }

  /** Gives the row its place in the batch; false if it had better wait for one of this call. */
  private boolean join(ContextRow row, List<ContextRow> known, List<Portion> call) {
    if (row.hasJoined()) {
      return true;
    }
    int best = 0;
    ContextRow donor = row;
    for (ContextRow other : shares ? known : List.<ContextRow>of()) {
      int shared = row.sharedWith(other, other.read());
      if (other.hasJoined() && shared > best) {
        best = shared;
        donor = other;
      }
    }
    for (Portion portion : shares ? call : List.<Portion>of()) {
      int willShare = row.sharedWith(portion.row(), portion.row().read() + portion.count());
      if (willShare >= LEAST_SHARED && willShare > best) {
        return false;
      }
    }
    if (best >= LEAST_SHARED) {
      row.joinBehind(donor, best);
    } else {
      row.join(batch);
    }
    return true;
  }
}

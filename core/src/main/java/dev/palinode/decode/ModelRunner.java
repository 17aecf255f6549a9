package dev.palinode.decode;

import dev.palinode.decode.PrefillPlan.Chunk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs the model: in each step one call for the slots that go on by a token, after calls for
 * prompts. Owns the batch, from the first row to the last.
 */
final class ModelRunner {
  private final CausalLm model;
  private final int prefillTokens;
  private @Nullable SequenceBatch batch; // while it has rows
  private @Nullable Throwable failure; // since the model last computed something

  /**
   * A runner without a batch.
   *
   * @param prefillTokens the most prompt tokens to read in a step
   */
  ModelRunner(CausalLm model, int prefillTokens) {
    this.model = model;
    this.prefillTokens = prefillTokens;
  }

  /**
   * Reads what a step reads.
   *
   * @param slots whose logits are wanted, the oldest request first
   * @param all slots, whose rows may have prefixes to share
   * @return the requests that cannot go on, and why
   */
  Map<RunningRequest, Throwable> run(List<SequenceSlot> slots, List<SequenceSlot> all) {
    Map<RunningRequest, Throwable> failures = new LinkedHashMap<>();
    if (slots.isEmpty()) {
      return failures;
    }
    try {
      batch = batch == null ? model.newBatch() : batch;
    } catch (RuntimeException | Error e) {
      slots.forEach(slot -> fail(slot, e, failures));
      return failures;
    }
    // 1. Prompts, and contexts that an undo or another prompt has changed.
    List<SequenceSlot> prompts =
        slots.stream().filter(slot -> !slot.hasRow() || slot.unread() > 1).toList();
    List<Chunk> tokens =
        slots.stream()
            .filter(slot -> slot.hasRow() && slot.unread() <= 1)
            .map(slot -> new Chunk(slot, null, 0, 1))
            .toList();
    PrefillPlan plan = new PrefillPlan(prompts, all, !model.isBatchInvariant(), prefillTokens);
    List<Chunk> call = plan.next(failures.keySet());
    while (!call.isEmpty()) {
      call.forEach(chunk -> allocate(chunk, failures));
      forward(call, failures);
      call = plan.next(failures.keySet());
    }
    // 2. One token of every other context.
    forward(tokens, failures);
    return failures;
  }

  /** Gives the slot its row, if it has none. */
  private void allocate(Chunk chunk, Map<RunningRequest, Throwable> failures) {
    SequenceSlot slot = chunk.slot();
    try {
      if (chunk.donor() != null) {
        slot.fork(chunk.donor(), chunk.shared());
      } else if (!slot.hasRow()) {
        slot.allocate(Objects.requireNonNull(batch));
      }
    } catch (RuntimeException | Error e) {
      fail(slot, e, failures);
    }
  }

  /** One call of the model. If it fails, each slot is tried alone, and fails alone. */
  private void forward(List<Chunk> planned, Map<RunningRequest, Throwable> failures) {
    List<Chunk> chunks =
        planned.stream().filter(chunk -> !failures.containsKey(chunk.slot().owner())).toList();
    if (chunks.isEmpty()) {
      return;
    }
    try {
      forward(chunks);
    } catch (RuntimeException | Error e) {
      chunks.forEach(chunk -> chunk.slot().restore());
      if (chunks.size() > 1) {
        chunks.forEach(chunk -> forward(List.of(chunk), failures));
      } else {
        fail(chunks.get(0).slot(), e, failures);
      }
    }
  }

  private void forward(List<Chunk> chunks) {
    int[] rows = new int[chunks.size()];
    int[][] tokens = new int[chunks.size()][];
    for (int i = 0; i < rows.length; i++) {
      Chunk chunk = chunks.get(i);
      tokens[i] = chunk.slot().next(chunk.count());
      rows[i] = chunk.slot().row();
    }
    float[][] logits = Objects.requireNonNull(batch).forward(rows, tokens);
    failure = null;
    for (int i = 0; i < rows.length; i++) {
      chunks.get(i).slot().accept(tokens[i].length, logits[i]);
    }
  }

  private void fail(SequenceSlot slot, Throwable cause, Map<RunningRequest, Throwable> failures) {
    failure = cause;
    failures.putIfAbsent(slot.owner(), cause);
    slot.free(); // the others may need the memory
  }

  /**
   * Why the model can compute nothing any more, if so: nothing has worked since the last failure,
   * and one token in a batch of its own fails too. To be asked when the batch has no rows, as they
   * may have taken the memory for it.
   */
  Optional<Throwable> breakdown() {
    if (failure == null) {
      return Optional.empty();
    }
    try (SequenceBatch trial = model.newBatch()) {
      trial.forward(new int[] {trial.add()}, new int[][] {{0}});
      failure = null;
      return Optional.empty();
    } catch (RuntimeException | Error e) {
      return Optional.of(e);
    }
  }

  /** Closes the batch, which has no rows, and frees its memory. */
  void release() {
    if (batch != null) {
      batch.close();
      batch = null;
    }
  }
}

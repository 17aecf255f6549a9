package dev.palinode.decode;

import dev.palinode.decode.PrefillPlan.Chunk;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Runs the model: in each step, calls for prefill, then one decode call with one token of each
 * other slot. Owns the batch while it has rows.
 */
final class ModelRunner {
  private final CausalLm model;
  private final int prefillTokens;
  private @Nullable SequenceBatch batch; // null if it has no rows
  private @Nullable Throwable failure; // since the model last computed something

  ModelRunner(CausalLm model, int prefillTokens) {
    this.model = model;
    this.prefillTokens = prefillTokens;
  }

  /**
   * Reads the unread tokens of the slots, within a step's limits.
   *
   * @param slots the slots whose logits are needed, the oldest request first
   * @param all all slots; their rows may have prefixes to copy
   * @return the requests that failed, and why
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
    // 1. Prefill: prompts, and contexts that an undo or another prompt has changed.
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
    // 2. Decode: one token of every other context.
    forward(tokens, failures);
    return failures;
  }

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

  /** One call of the model. If it fails, it is repeated for each slot alone. */
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
   * The cause if the model has broken down: no call has worked since the last failure, and one
   * token in a new batch fails too. Call it when the batch has no rows, because they take memory.
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

  void release() {
    if (batch != null) {
      batch.close();
      batch = null;
    }
  }
}

package dev.palinode.decode;

import dev.palinode.decode.Prefill.Portion;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Has contexts read by the model: one call for those that go on by a token, and calls for what else
 * there is to read. Owns the batch, from the first row to the last.
 */
final class ContextReader {
  private final CausalLm model;
  private final int prefillTokens;
  private final BiConsumer<ContextRow, Throwable> failing;
  private @Nullable SequenceBatch batch; // while it has rows
  private @Nullable Throwable failure; // since the model last computed something

  /**
   * @param prefillTokens to read in a step
   * @param failing is told of a row that cannot be read
   */
  ContextReader(CausalLm model, int prefillTokens, BiConsumer<ContextRow, Throwable> failing) {
    this.model = model;
    this.prefillTokens = prefillTokens;
    this.failing =
        (row, cause) -> {
          failure = cause;
          failing.accept(row, cause);
        };
  }

  /**
   * Reads, as far as a step goes.
   *
   * @param rows whose logits are wanted, the oldest request first
   * @param all rows that are in the batch, to share what they have read
   */
  void read(List<ContextRow> rows, List<ContextRow> all) {
    if (rows.isEmpty()) {
      return;
    }
    try {
      batch = batch == null ? model.newBatch() : batch;
    } catch (RuntimeException | Error e) {
      rows.forEach(row -> failing.accept(row, e));
      return;
    }
    List<ContextRow> prompts =
        rows.stream().filter(row -> !row.hasJoined() || row.unread() > 1).toList();
    new Prefill(batch, !model.isBatchInvariant(), prefillTokens)
        .read(prompts, all, this::read, failing);
    read(
        rows.stream()
            .filter(row -> !prompts.contains(row))
            .map(row -> new Portion(row, 1))
            .toList());
  }

  /** One call of the model. Where it fails, each row is tried alone, and fails alone. */
  private void read(List<Portion> planned) {
    // A request's other row may have failed since the call was planned.
    List<Portion> portions = planned.stream().filter(portion -> !portion.row().hasLeft()).toList();
    if (portions.isEmpty()) {
      return;
    }
    try {
      forward(portions);
    } catch (RuntimeException | Error e) {
      portions.forEach(portion -> portion.row().restore());
      if (portions.size() > 1) {
        portions.forEach(portion -> read(List.of(portion)));
      } else {
        failing.accept(portions.get(0).row(), e);
      }
    }
  }

  private void forward(List<Portion> portions) {
    int[] handles = new int[portions.size()];
    int[][] tokens = new int[portions.size()][];
    for (int i = 0; i < handles.length; i++) {
      Portion portion = portions.get(i);
      tokens[i] = portion.row().next(portion.count());
      handles[i] = portion.row().handle();
    }
    float[][] logits = Objects.requireNonNull(batch).forward(handles, tokens);
    failure = null;
    for (int i = 0; i < handles.length; i++) {
      portions.get(i).row().advance(tokens[i].length, logits[i]);
    }
  }

  /**
   * Why the model can compute nothing any more, if so: nothing has worked since something failed,
   * and one token in a batch of its own fails too. To be asked when no row is in the batch, which
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

  /** Closes the batch, which no row is in, and frees its memory. */
  void release() {
    if (batch != null) {
      batch.close();
      batch = null;
    }
  }
}

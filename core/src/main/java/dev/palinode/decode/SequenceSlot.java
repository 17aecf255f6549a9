package dev.palinode.decode;

import dev.palinode.token.TokenIds;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One context of a request (a prompt and the generated tokens after it) and its row in the batch.
 * The row holds a prefix of the context: the rest is read by the next runs of the model, and tokens
 * that an undo removed are cut off.
 */
final class SequenceSlot {
  private final RunningRequest owner;
  private final List<Integer> generated; // shared by the request's contexts
  private int[] prompt;
  private @Nullable SequenceBatch batch; // null if it has no row
  private int row;
  private int cached; // tokens that the row holds
  private float @Nullable [] logits; // [vocab], after the last token of the context

  SequenceSlot(RunningRequest owner, TokenIds prompt, List<Integer> generated) {
    this.owner = owner;
    this.prompt = prompt.toArray();
    this.generated = generated;
  }

  RunningRequest owner() {
    return owner;
  }

  int length() {
    return prompt.length + generated.size();
  }

  boolean hasRow() {
    return batch != null;
  }

  int row() {
    return row;
  }

  int cached() {
    return cached;
  }

  void allocate(SequenceBatch from) {
    row = from.add();
    batch = from;
  }

  /** Takes a copy of another slot's row, cut to the shared prefix. */
  void fork(SequenceSlot donor, int shared) {
    SequenceBatch from = Objects.requireNonNull(donor.batch);
    row = from.fork(donor.row);
    batch = from;
    truncateRow(shared);
  }

  void free() {
    if (batch != null) {
      batch.remove(row);
      batch = null;
    }
  }

  /**
   * Length of the prefix that can be copied from another slot's row of {@code otherCached} tokens.
   * The last token of the context is not copied: it has to be read for its logits.
   */
  int sharedPrefix(SequenceSlot other, int otherCached) {
    int mismatch = Arrays.mismatch(prompt, other.prompt);
    int common = mismatch < 0 ? prompt.length : mismatch;
    return Math.min(Math.min(common, otherCached), length() - 1);
  }

  /** Number of tokens to read until the logits are known. */
  int unread() {
    // If an undo dropped the logits of a token in the row, that token is read again.
    return logits != null ? 0 : Math.max(1, length() - cached);
  }

  int[] next(int count) {
    if (cached == length()) {
      truncateRow(cached - 1);
    }
    int[] next = new int[count];
    for (int i = 0; i < count; i++) {
      int at = cached + i;
      next[i] = at < prompt.length ? prompt[at] : generated.get(at - prompt.length);
    }
    return next;
  }

  /**
   * The model has read the next tokens.
   *
   * @param after {@code [vocab]}, the logits after the last of them
   */
  void accept(int count, float[] after) {
    cached += count;
    if (cached == length()) {
      logits = after;
    }
  }

  boolean isReady() {
    return logits != null;
  }

  /** The logits after the context {@code [vocab]}; the caller may overwrite them. */
  float[] takeLogits() {
    float[] taken = Objects.requireNonNull(logits);
    logits = null;
    return taken;
  }

  /** Cuts the row to the context after generated tokens were removed. */
  void truncate() {
    logits = null;
    if (cached > length()) {
      truncateRow(length());
    }
  }

  /**
   * Replaces the prompt before the generated tokens; the row keeps the prompts' common prefix.
   *
   * @return whether the prompts differ
   */
  boolean replacePrompt(TokenIds other) {
    int[] replacement = other.toArray();
    int mismatch = Arrays.mismatch(prompt, replacement);
    prompt = replacement;
    logits = null;
    if (mismatch >= 0 && cached > mismatch) {
      truncateRow(mismatch);
    }
    return mismatch >= 0;
  }

  /** Removes tokens that a failed call may have left in the row. */
  void restore() {
    if (batch != null && batch.length(row) > cached) {
      batch.truncate(row, cached);
    }
  }

  private void truncateRow(int length) {
    if (batch != null) {
      batch.truncate(row, length);
    }
    cached = length;
  }
}

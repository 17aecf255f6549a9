package dev.palinode.decode;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One context of a request: a prompt and the continuation behind it, in a row of the batch that
 * follows them. What the row has not read yet is caught up with at the next step, and what no
 * longer belongs to the context is cut off the row.
 */
final class ContextRow {
  private final Continuation continuation;
  private int[] prompt;
  private @Nullable SequenceBatch batch;
  private boolean left;
  private int handle;
  private int read;
  private float @Nullable [] logits; // [vocab], behind the last token of the context

  ContextRow(int[] prompt, Continuation continuation) {
    this.prompt = prompt;
    this.continuation = continuation;
  }

  /** Tokens of the context. */
  int length() {
    return prompt.length + continuation.size();
  }

  int handle() {
    return handle;
  }

  boolean hasJoined() {
    return batch != null;
  }

  /** Takes an empty row of the batch. */
  void join(SequenceBatch joined) {
    handle = joined.add();
    batch = joined;
  }

  /** Takes a copy of a row that has read the same tokens up to there. */
  void joinBehind(ContextRow other, int shared) {
    SequenceBatch joined = Objects.requireNonNull(other.batch);
    handle = joined.fork(other.handle);
    batch = joined;
    joined.truncate(handle, shared);
    read = shared;
  }

  /** Whether it wants no row any more, as its request has ended. */
  boolean hasLeft() {
    return left;
  }

  /** Gives its row back, if it has one. */
  void leave() {
    left = true;
    if (batch != null) {
      batch.remove(handle);
      batch = null;
    }
  }

  /**
   * How many tokens at the beginning of the context another row has read, or will have, less the
   * last one of the context, which has to be read for its logits.
   *
   * @param otherRead tokens that the other row will have read
   */
  int sharedWith(ContextRow other, int otherRead) {
    int mismatch = Arrays.mismatch(prompt, other.prompt);
    int common = mismatch < 0 ? prompt.length : mismatch;
    return Math.min(Math.min(common, otherRead), length() - 1);
  }

  int read() {
    return read;
  }

  /** How many tokens are to be read before there are logits: none if there are. */
  int unread() {
    if (logits != null) {
      return 0;
    }
    // Logits that an undo took away come from reading the last token again.
    return Math.max(1, length() - read);
  }

  /** The next tokens to read. */
  int[] next(int count) {
    if (read == length()) {
      truncateRow(read - 1);
    }
    int[] next = new int[count];
    for (int i = 0; i < count; i++) {
      int place = read + i;
      next[i] = place < prompt.length ? prompt[place] : continuation.get(place - prompt.length);
    }
    return next;
  }

  /**
   * Has read the next tokens.
   *
   * @param behind {@code [vocab]}, the logits behind the last of them
   */
  void advance(int count, float[] behind) {
    read += count;
    if (read == length()) {
      logits = behind;
    }
  }

  /** Whether the logits behind the context are known. */
  boolean isReady() {
    return logits != null;
  }

  /** The logits behind the context {@code [vocab]}, for the caller to use up. */
  float[] takeLogits() {
    float[] taken = Objects.requireNonNull(logits);
    logits = null;
    return taken;
  }

  /** The continuation has been cut back: so is the row. */
  void follow() {
    logits = null;
    if (read > length()) {
      truncateRow(length());
    }
  }

  /**
   * Puts another prompt in front of the continuation; the row keeps what both begin with.
   *
   * @return whether it is another one
   */
  boolean replacePrompt(int[] other) {
    int mismatch = Arrays.mismatch(prompt, other);
    prompt = other;
    logits = null;
    if (mismatch >= 0 && read > mismatch) {
      truncateRow(mismatch);
    }
    return mismatch >= 0;
  }

  /** Forgets what a call that failed may have left in the row. */
  void restore() {
    if (batch != null && batch.length(handle) > read) {
      batch.truncate(handle, read);
    }
  }

  private void truncateRow(int length) {
    if (batch != null) {
      batch.truncate(handle, length);
    }
    read = length;
  }
}

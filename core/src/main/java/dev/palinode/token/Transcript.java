package dev.palinode.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tokens that a model has generated, and those of them that are visible.
 *
 * <p>The raw sequence keeps everything, including reset tokens. An appended token is visible until
 * it is withdrawn. A reset token withdraws all visible tokens, so that the visible text is
 * everything after the last one ({@code visible(r)}):
 *
 * <pre>{@code
 * raw:      Sure . first take [RESET] Sorry . I cannot help
 * visible:                            Sorry . I cannot help
 * }</pre>
 *
 * <p>Other undo policies withdraw less, or without a reset token, by {@link #appendHidden} and
 * {@link #withdraw}; {@link #withdrawals} lists all undos. The end-of-turn token is never appended:
 * it is not part of the generation.
 *
 * <p>Not thread-safe.
 */
public final class Transcript {
  /**
   * An undo and its place in the raw sequence.
   *
   * @param at number of raw tokens before it, including the reset token that caused it, if any
   * @param tokens number of visible tokens that were withdrawn, at least 0
   */
  public record Withdrawal(int at, int tokens) {}

  private final OptionalInt resetId;
  private int[] raw = new int[16]; // [size]
  private int size;
  private int[] visibleAt = new int[16]; // [visibleSize], indices in raw
  private int visibleSize;
  private int hidden;
  private int resets;
  private final List<Withdrawal> withdrawals = new ArrayList<>();

  /**
   * An empty transcript.
   *
   * @param resetId the id of the reset token; empty for a model that has none
   */
  public Transcript(OptionalInt resetId) {
    this.resetId = resetId;
  }

  /** The transcript of a raw sequence in which a reset withdraws everything. */
  public static Transcript of(OptionalInt resetId, int... raw) {
    Transcript transcript = new Transcript(resetId);
    for (int id : raw) {
      transcript.append(id);
    }
    return transcript;
  }

  /**
   * Appends a token.
   *
   * @return true if it was the reset token, so that all visible text has just been withdrawn
   */
  public boolean append(int id) {
    if (isReset(id)) {
      appendHidden(id);
      withdraw(visibleSize);
      return true;
    }
    if (visibleSize == visibleAt.length) {
      visibleAt = Arrays.copyOf(visibleAt, 2 * visibleSize);
    }
    visibleAt[visibleSize++] = size;
    appendRaw(id);
    return false;
  }

  /** Appends a token that is never visible, and that withdraws nothing by itself. */
  public void appendHidden(int id) {
    appendRaw(id);
    hidden++;
    if (isReset(id)) {
      resets++;
    }
  }

  /**
   * Withdraws the last visible tokens.
   *
   * @throws IllegalArgumentException if fewer are visible
   */
  public void withdraw(int tokens) {
    if (tokens < 0 || tokens > visibleSize) {
      throw new IllegalArgumentException(
          "cannot withdraw " + tokens + " tokens: " + visibleSize + " stand");
    }
    visibleSize -= tokens;
    withdrawals.add(new Withdrawal(size, tokens));
  }

  private boolean isReset(int id) {
    return resetId.isPresent() && id == resetId.getAsInt();
  }

  private void appendRaw(int id) {
    if (size == raw.length) {
      raw = Arrays.copyOf(raw, 2 * size);
    }
    raw[size++] = id;
  }

  /** All generated tokens, in order, including reset tokens and withdrawn tokens. */
  public int[] raw() {
    return Arrays.copyOf(raw, size);
  }

  /** The visible tokens. */
  public int[] visible() {
    int[] ids = new int[visibleSize];
    for (int i = 0; i < visibleSize; i++) {
      ids[i] = raw[visibleAt[i]];
    }
    return ids;
  }

  /** All undos, in order. */
  public List<Withdrawal> withdrawals() {
    return Collections.unmodifiableList(withdrawals);
  }

  /** Number of tokens generated, reset tokens included. */
  public int size() {
    return size;
  }

  /** Number of visible tokens. */
  public int visibleSize() {
    return visibleSize;
  }

  /** Number of reset tokens. */
  public int resets() {
    return resets;
  }

  /** Number of tokens that were withdrawn; reset tokens themselves do not count. */
  public int discarded() {
    return size - hidden - visibleSize;
  }
}

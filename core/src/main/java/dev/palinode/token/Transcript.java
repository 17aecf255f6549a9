package dev.palinode.token;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a model has generated, token by token, and what of it stands.
 *
 * <p>The raw sequence keeps everything, reset tokens included. A token that is appended stands
 * until it is withdrawn. A reset token withdraws all that stands, so that the visible text is
 * everything after the last one ({@code visible(r)}):
 *
 * <pre>{@code
 * raw:      Sure . first take [RESET] Sorry . I cannot help
 * visible:                            Sorry . I cannot help
 * }</pre>
 *
 * <p>Other policies take less back, or take back without a reset token: then {@link #appendHidden}
 * and {@link #withdraw} say what happened, and {@link #withdrawals} where. The end-of-turn token is
 * never appended; it ends a generation and is not part of it.
 *
 * <p>Not thread-safe.
 */
public final class Transcript {
  /**
   * An undo as it stands in the raw sequence.
   *
   * @param at number of raw tokens before it, a reset token that caused it included
   * @param tokens how many of those that stood were taken back, at least 0
   */
  public record Withdrawal(int at, int tokens) {}

  private final OptionalInt resetId;
  private int[] raw = new int[16]; // [size]
  private int size;
  private int[] standing = new int[16]; // [visibleSize], places in raw
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

  /** The transcript of a whole raw sequence in which a reset takes everything back. */
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
    if (visibleSize == standing.length) {
      standing = Arrays.copyOf(standing, 2 * visibleSize);
    }
    standing[visibleSize++] = size;
    appendRaw(id);
    return false;
  }

  /** Appends a token that the reader never sees, and that takes nothing back by itself. */
  public void appendHidden(int id) {
    appendRaw(id);
    hidden++;
    if (isReset(id)) {
      resets++;
    }
  }

  /**
   * Takes back the last tokens that stand.
   *
   * @throws IllegalArgumentException if fewer stand
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

  /** Everything generated, in order, reset tokens and withdrawn tokens included. */
  public int[] raw() {
    return Arrays.copyOf(raw, size);
  }

  /** The tokens that stand. */
  public int[] visible() {
    int[] ids = new int[visibleSize];
    for (int i = 0; i < visibleSize; i++) {
      ids[i] = raw[standing[i]];
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

  /** Number of tokens that stand. */
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

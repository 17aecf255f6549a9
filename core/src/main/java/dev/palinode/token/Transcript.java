package dev.palinode.token;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import org.apache.commons.lang3.Validate;

/**
 * The tokens that a model has generated, and those of them that are visible.
 *
 * <p>The raw sequence keeps everything. An appended token is visible until it is withdrawn. A reset
 * token withdraws all visible tokens:
 *
 * <pre>{@code
 * raw:      Sure . first take [RESET] Sorry . I cannot help
 * visible:                            Sorry . I cannot help
 * }</pre>
 *
 * <p>Other undo policies withdraw less, or without a reset token, by {@link #appendHidden} and
 * {@link #withdraw}. The end-of-turn token is never appended. Not thread-safe.
 */
public final class Transcript {
  /**
   * An undo and its place in the raw sequence.
   *
   * @param at number of raw tokens before it, including the reset token that caused it, if any
   * @param tokens number of visible tokens that were withdrawn, at least 0
   */
  public record Withdrawal(int at, int tokens) {
    /** How many of its tokens a stream had shown that is late by this number of tokens. */
    public int shown(int delay) {
      return Math.max(0, tokens - delay);
    }
  }

  private final OptionalInt resetId;
  private final List<Integer> raw = new ArrayList<>();
  private final List<Integer> visible = new ArrayList<>();
  private final List<Withdrawal> withdrawals = new ArrayList<>();
  private int hidden;

  /** An empty transcript of a model, which may have no reset token. */
  public Transcript(OptionalInt resetId) {
    this.resetId = resetId;
  }

  /** Appends a token; a reset token withdraws all visible ones. */
  public void append(int id) {
    if (isReset(id)) {
      appendHidden(id);
      withdraw(visible.size());
    } else {
      raw.add(id);
      visible.add(id);
    }
  }

  /** Appends a token that is never visible, and that withdraws nothing by itself. */
  public void appendHidden(int id) {
    raw.add(id);
    hidden++;
  }

  /**
   * Withdraws the last visible tokens.
   *
   * @throws IllegalArgumentException if fewer are visible
   */
  public void withdraw(int tokens) {
    Validate.isTrue(
        tokens >= 0 && tokens <= visible.size(),
        "cannot withdraw %s tokens: %s are visible",
        tokens,
        visible.size());
    visible.subList(visible.size() - tokens, visible.size()).clear();
    withdrawals.add(new Withdrawal(raw.size(), tokens));
  }

  private boolean isReset(int id) {
    return resetId.isPresent() && id == resetId.getAsInt();
  }

  private static int[] array(List<Integer> ids) {
    return ids.stream().mapToInt(Integer::intValue).toArray();
  }

  /** All generated tokens, in order, including reset tokens and withdrawn tokens. */
  public int[] raw() {
    return array(raw);
  }

  /** The visible tokens. */
  public int[] visible() {
    return array(visible);
  }

  /** All undos, in order. */
  public List<Withdrawal> withdrawals() {
    return Collections.unmodifiableList(withdrawals);
  }

  /** How many of all withdrawn tokens a stream had shown that is late by this number. */
  public long shown(int delay) {
    return withdrawals.stream().mapToLong(each -> each.shown(delay)).sum();
  }

  /** Number of reset tokens. */
  public int resets() {
    return (int) raw.stream().filter(this::isReset).count();
  }

  /** Number of tokens that were withdrawn; reset tokens themselves do not count. */
  public int discarded() {
    return raw.size() - hidden - visible.size();
  }
}

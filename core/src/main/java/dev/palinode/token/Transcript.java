package dev.palinode.token;

import java.util.Arrays;
import java.util.OptionalInt;

/**
 * What a model has generated, token by token, and what of it stands.
 *
 * <p>The raw sequence keeps everything, reset tokens included. A reset discards all that was
 * visible before it: the visible text is everything after the last reset (METHODS: {@code
 * visible(r)}). The end-of-turn token is never appended; it ends a generation and is no part of it.
 *
 * <pre>{@code
 * raw:      Sure . first take [RESET] Sorry . I cannot help
 * visible:                            Sorry . I cannot help
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class Transcript {
  private final OptionalInt resetId;
  private int[] raw = new int[16]; // [size]
  private int size;
  private int visibleStart;
  private int resets;

  /**
   * An empty transcript.
   *
   * @param resetId the id of the reset token; empty for a model that has none
   */
  public Transcript(OptionalInt resetId) {
    this.resetId = resetId;
  }

  /** The transcript of a whole raw sequence. */
  public static Transcript of(OptionalInt resetId, int... raw) {
    Transcript transcript = new Transcript(resetId);
    for (int id : raw) {
      transcript.append(id);
    }
    return transcript;
  }

  /**
   * Appends a generated token.
   *
   * @return true if it was the reset token, so that all visible text has just been discarded
   */
  public boolean append(int id) {
    if (size == raw.length) {
      raw = Arrays.copyOf(raw, 2 * size);
    }
    raw[size++] = id;
    if (resetId.isEmpty() || id != resetId.getAsInt()) {
      return false;
    }
    visibleStart = size;
    resets++;
    return true;
  }

  /** Everything generated, in order, reset tokens and discarded tokens included. */
  public int[] raw() {
    return Arrays.copyOf(raw, size);
  }

  /** What stands: the tokens after the last reset. */
  public int[] visible() {
    return Arrays.copyOfRange(raw, visibleStart, size);
  }

  /** Number of tokens generated, reset tokens included. */
  public int size() {
    return size;
  }

  /** Number of tokens that stand. */
  public int visibleSize() {
    return size - visibleStart;
  }

  /** Number of reset tokens. */
  public int resets() {
    return resets;
  }

  /** Number of tokens that were shown and withdrawn; reset tokens themselves do not count. */
  public int discarded() {
    return visibleStart - resets;
  }
}

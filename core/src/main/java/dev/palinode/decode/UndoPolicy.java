package dev.palinode.decode;

import java.util.OptionalInt;

/**
 * When and how often generated text may be taken back.
 *
 * <p>On a reset token everything visible so far is discarded for the reader. The model keeps it in
 * context, so that an undo costs one decode step and no prefill (Zhang et al., section 3).
 *
 * @param resetId the model's reset token; empty for a model without one
 * @param maxResets resets allowed per generation, at least 0; once they are used up the token is
 *     forbidden
 */
public record UndoPolicy(OptionalInt resetId, int maxResets) {
  /** For models that have no reset token. */
  public static final UndoPolicy NONE = new UndoPolicy(OptionalInt.empty(), 0);

  public UndoPolicy {
    if (maxResets < 0) {
      throw new IllegalArgumentException(
          "maxResets is " + maxResets + ": expected 0 (reset forbidden) or more");
    }
  }

  /** Undo at the model's own request, at most {@code maxResets} times. */
  public static UndoPolicy onReset(int resetId, int maxResets) {
    return new UndoPolicy(OptionalInt.of(resetId), maxResets);
  }
}

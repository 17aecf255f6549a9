package dev.palinode.decode.undo;

import dev.palinode.token.TokenIds;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * When the model may withdraw what it has generated, how far an undo goes, and what is left in the
 * context.
 *
 * <p>The defaults are the paper's (Zhang et al., section 3): on a reset token everything visible is
 * discarded for the reader, and the model keeps it in context, so that an undo costs one decode
 * step and no prefill.
 *
 * @param resetId the model's reset token; empty for a model without one
 * @param maxResets resets allowed per generation, at least 0
 * @param extent how much of the text an undo withdraws
 * @param context what the model still sees of it
 * @param refusal what follows the last allowed reset: empty if the reset token is forbidden from
 *     then on; otherwise the model may still sample it, and then everything is withdrawn, these
 *     tokens are the answer, and the generation ends
 */
public record UndoPolicy(
    OptionalInt resetId,
    int maxResets,
    UndoScope extent,
    Context context,
    Optional<TokenIds> refusal) {
  /** What the model sees of withdrawn text. */
  public enum Context {
    /** All of it, and the reset token after it: nothing is computed again. */
    KEPT,
    /** Nothing: the context ends with the visible text, and the reset token after it. */
    CUT_BACK
  }

  /** For models that have no reset token. */
  public static final UndoPolicy NONE = onReset(OptionalInt.empty(), 0);

  public UndoPolicy {
    if (maxResets < 0) {
      throw new IllegalArgumentException(
          "maxResets is " + maxResets + ": expected 0 (reset forbidden) or more");
    }
  }

  /** Undo of everything at the model's own request, at most {@code maxResets} times. */
  public static UndoPolicy onReset(int resetId, int maxResets) {
    return onReset(OptionalInt.of(resetId), maxResets);
  }

  /** Likewise, for a model that may have no reset token. */
  public static UndoPolicy onReset(OptionalInt resetId, int maxResets) {
    return new UndoPolicy(resetId, maxResets, UndoScope.EVERYTHING, Context.KEPT, Optional.empty());
  }

  /** This policy with another extent. */
  public UndoPolicy withExtent(UndoScope other) {
    return new UndoPolicy(resetId, maxResets, other, context, refusal);
  }

  /** This policy with another context. */
  public UndoPolicy withContext(Context other) {
    return new UndoPolicy(resetId, maxResets, extent, other, refusal);
  }

  /** This policy, ending with a refusal where a reset is one too many. */
  public UndoPolicy refusingWith(int... text) {
    return new UndoPolicy(resetId, maxResets, extent, context, Optional.of(TokenIds.of(text)));
  }

  /** Whether the token is the reset token. */
  public boolean isReset(int id) {
    return resetId.isPresent() && id == resetId.getAsInt();
  }
}

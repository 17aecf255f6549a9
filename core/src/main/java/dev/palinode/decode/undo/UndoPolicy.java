package dev.palinode.decode.undo;

import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.token.TokenIds;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.lang3.Validate;

/**
 * When the model may undo generated text, how far an undo goes, and what stays in the context. The
 * defaults are the paper's (Zhang et al., section 3): a reset token discards everything visible,
 * and the model keeps it in context, so that an undo needs no prefill.
 *
 * @param resetId the model's reset token; empty for a model without one
 * @param maxResets the most resets per generation, at least 0
 * @param extent how much of the visible text an undo withdraws
 * @param context whether withdrawn text stays in the model's context
 * @param refusal if empty, the reset token is forbidden after {@code maxResets} resets; otherwise,
 *     if the model samples it once more, everything is withdrawn, these tokens are the answer, and
 *     the generation ends
 */
public record UndoPolicy(
    OptionalInt resetId,
    int maxResets,
    UndoScope extent,
    Context context,
    Optional<TokenIds> refusal) {
  /** Whether withdrawn text stays in the model's context. */
  public enum Context {
    /** It stays, followed by the reset token: nothing is recomputed. */
    KEPT,
    /** It is removed: the context ends with the visible text and the reset token. */
    CUT_BACK
  }

  /** For models that have no reset token. */
  public static final UndoPolicy NONE = onReset(OptionalInt.empty(), 0);

  public UndoPolicy {
    Validate.isTrue(
        maxResets >= 0, "maxResets is %s: expected 0 (reset forbidden) or more", maxResets);
  }

  /** Undo of everything when the model samples its reset token, at most {@code maxResets} times. */
  public static UndoPolicy onReset(int resetId, int maxResets) {
    return onReset(OptionalInt.of(resetId), maxResets);
  }

  /** The same, for a model that may have no reset token. */
  public static UndoPolicy onReset(OptionalInt resetId, int maxResets) {
    return new UndoPolicy(resetId, maxResets, UndoScope.EVERYTHING, Context.KEPT, Optional.empty());
  }

  public UndoPolicy withExtent(UndoScope other) {
    return new UndoPolicy(resetId, maxResets, other, context, refusal);
  }

  public UndoPolicy withContext(Context other) {
    return new UndoPolicy(resetId, maxResets, extent, other, refusal);
  }

  /** This policy, with a refusal after one reset too many. */
  public UndoPolicy refusingWith(int... text) {
    return new UndoPolicy(resetId, maxResets, extent, context, Optional.of(TokenIds.of(text)));
  }

  /** The settings with {@code bias} added to the logit of the reset token, if there is one. */
  public SamplingSettings biased(SamplingSettings settings, double bias) {
    if (resetId.isEmpty() || bias == 0) {
      return settings;
    }
    int id = resetId.getAsInt();
    return settings.withBias(id, settings.logitBias().getOrDefault(id, 0.0) + bias);
  }

  public boolean isReset(int id) {
    return resetId.isPresent() && id == resetId.getAsInt();
  }

  /** All of it, in words. */
  @Override
  public String toString() {
    String resets =
        resetId.isPresent()
            ? "reset token " + resetId.getAsInt() + ", at most " + maxResets + " resets"
            : "no reset token";
    return "%s, undo scope %s, context %s%s"
        .formatted(
            resets,
            extent,
            context == Context.KEPT ? "kept" : "cut back",
            refusal.map(text -> ", refusal " + text).orElse(""));
  }
}

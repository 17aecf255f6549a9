package dev.palinode.server.local;

import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.server.engine.EngineRequest;
import dev.palinode.server.engine.GuardSettings;
import java.time.Duration;
import java.util.Optional;
import org.apache.commons.lang3.Validate;

/**
 * The operator's settings of a {@link LocalEngine}.
 *
 * @param limits of the batch and its KV cache
 * @param queue requests that may wait beside those in the batch, 0 or more
 * @param maxPromptTokens the longest prompt, at least 1
 * @param undo when the model may undo; a request may ask for another number of resets
 * @param resetBias added to the reset token's logit; a request's bias is added to it
 * @param undoFixed whether requests may not change resets; see {@link
 *     EngineRequest#requireUndoAsFixed}
 * @param guards that watch answers
 * @param holdBack tokens that plain streams are late by
 * @param timeLimit of a request from its arrival; empty for none
 */
public record LocalSettings(
    BatchLimits limits,
    int queue,
    int maxPromptTokens,
    UndoPolicy undo,
    double resetBias,
    boolean undoFixed,
    GuardSettings guards,
    int holdBack,
    Optional<Duration> timeLimit) {
  public LocalSettings {
    Validate.isTrue(queue >= 0, "queue is %s: expected 0 or more", queue);
    Validate.isTrue(
        maxPromptTokens >= 1, "maxPromptTokens is %s: expected 1 or more", maxPromptTokens);
  }
}

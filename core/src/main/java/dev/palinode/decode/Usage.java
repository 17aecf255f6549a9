package dev.palinode.decode;

import java.time.Duration;
import java.util.Optional;

/**
 * What a generation took. {@code sampled = visible + discarded + resets}, and one more where a stop
 * token ended it.
 *
 * @param promptTokens tokens of the context
 * @param sampledTokens decode steps: every token that was sampled
 * @param discardedTokens tokens that were shown and taken back
 * @param visibleTokens tokens that stand
 * @param resets reset tokens sampled
 * @param total from the request's start (its turn in the batch) to its end
 * @param toFirstEffectiveToken to the first token that was never discarded; empty if nothing stands
 */
public record Usage(
    int promptTokens,
    int sampledTokens,
    int discardedTokens,
    int visibleTokens,
    int resets,
    Duration total,
    Optional<Duration> toFirstEffectiveToken) {}

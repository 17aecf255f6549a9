package dev.palinode.decode;

import java.time.Duration;
import java.util.Optional;

/**
 * Token counts and times of a generation. {@code sampled + forced = visible + discarded + reset
 * tokens}, plus one if a stop token ended it.
 *
 * @param promptTokens tokens of the prompt
 * @param sampledTokens decode steps: every token that was sampled
 * @param forcedTokens tokens that were not sampled: reset tokens forced by a guard, and a refusal
 * @param discardedTokens tokens that an undo removed, reported or not
 * @param visibleTokens tokens that are visible at the end
 * @param resets reset tokens that the model sampled
 * @param guardUndos undos by guards
 * @param waiting from the request's arrival to its admission
 * @param total from admission to the end
 * @param toFirstToken from admission to the first reported token; empty if there was none
 * @param toFirstEffectiveToken from admission to the report of the first token that was never
 *     withdrawn; empty if nothing is visible
 */
public record Usage(
    int promptTokens,
    int sampledTokens,
    int forcedTokens,
    int discardedTokens,
    int visibleTokens,
    int resets,
    int guardUndos,
    Duration waiting,
    Duration total,
    Optional<Duration> toFirstToken,
    Optional<Duration> toFirstEffectiveToken) {}

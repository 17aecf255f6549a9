package dev.palinode.decode;

import java.time.Duration;
import java.util.Optional;

/**
 * What a generation took. {@code sampled + forced = visible + discarded + reset tokens}, and one
 * more if a stop token ended it.
 *
 * @param promptTokens tokens of the prompt
 * @param sampledTokens decode steps: every token that was sampled
 * @param forcedTokens tokens that were put into the answer without sampling: reset tokens by a
 *     guard, and a refusal
 * @param discardedTokens tokens that were visible and then withdrawn, reported or not
 * @param visibleTokens tokens that are visible at the end
 * @param resets reset tokens that the model sampled
 * @param guardUndos undos by guards
 * @param waiting from the request's arrival to its turn in the batch
 * @param total from its turn to its end
 * @param toFirstToken from its turn to the first token that was reported; empty if none was
 * @param toFirstEffectiveToken from its turn to the report of the first token that was never
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

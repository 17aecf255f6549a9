package dev.palinode.server.gateway;

/**
 * A request to an upstream for an answer or its rest.
 *
 * @param context what the answer consists of so far for the model, withdrawn text and reset tokens
 *     included where they stay in its context; empty at the beginning
 * @param nudge put before the request; empty for none
 * @param forbidsReset whether the reset token is forbidden
 * @param maxTokens the most tokens, at least 1
 * @param seed of the random numbers
 */
record Attempt(String context, String nudge, boolean forbidsReset, int maxTokens, long seed) {}

package dev.palinode.decode;

import dev.palinode.decode.sampling.SamplingSettings;
import java.util.Set;

/**
 * What to generate.
 *
 * @param prompt token ids of the context, at least one
 * @param maxNewTokens the most tokens to sample, reset tokens and discarded ones included; at least
 *     1
 * @param stopIds a generation ends when one of these is sampled; it is no part of the answer
 * @param sampling how tokens are chosen
 * @param undo what may be taken back
 * @param seed of this request's own random numbers: the same request draws the same ones whatever
 *     else is in the batch
 */
@SuppressWarnings("ArrayRecordComponent") // ids are arrays everywhere; requests are never compared
public record GenerationRequest(
    int[] prompt,
    int maxNewTokens,
    Set<Integer> stopIds,
    SamplingSettings sampling,
    UndoPolicy undo,
    long seed) {
  public GenerationRequest {
    if (prompt.length == 0) {
      throw new IllegalArgumentException(
          "the prompt is empty: give at least a begin-of-text token");
    }
    if (maxNewTokens < 1) {
      throw new IllegalArgumentException(
          "maxNewTokens is " + maxNewTokens + ": expected 1 or more");
    }
    prompt = prompt.clone();
    stopIds = Set.copyOf(stopIds);
  }
}

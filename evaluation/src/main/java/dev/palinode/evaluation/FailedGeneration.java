package dev.palinode.evaluation;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * A prompt of an evaluation that got no answer.
 *
 * @param set name of the prompt set
 * @param index of the prompt in its set
 * @param prompt the user's message
 * @param error message of the error
 * @param seed of the request
 */
public record FailedGeneration(String set, int index, String prompt, String error, long seed) {
  /** One line of a results file, with an {@code error} instead of an answer. */
  public ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("set", set).put("index", index).put("prompt", prompt);
    return json.put("error", error).put("seed", seed);
  }
}

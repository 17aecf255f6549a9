package dev.palinode.endpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.decode.sampling.SamplingSettings;
import org.apache.commons.lang3.Validate;

/**
 * How a served model is told the sampling settings. OpenAI's fields are used where it has them;
 * otherwise those of vLLM and llama.cpp, which OpenAI's servers refuse by name. A setting that is
 * off is not sent, because some servers refuse its field even then: what the server has as a
 * default applies.
 */
public final class SamplingJson {
  /** OpenAI's limits of a logit bias; the lower one forbids the token. */
  private static final double MOST_BIAS = 100;

  private SamplingJson() {}

  /**
   * Adds the settings of a request to its body.
   *
   * @param maxTokens the most tokens of the answer
   * @param seed of the random numbers
   * @throws IllegalArgumentException if there is no way to send one of them
   */
  public static void put(ObjectNode body, SamplingSettings sampling, int maxTokens, long seed) {
    double temperature = sampling.temperature();
    Validate.isTrue(
        temperature <= 2, "temperature is %s: a served model takes 0 to 2", temperature);
    body.put("temperature", temperature).put("max_tokens", maxTokens);
    if (temperature > 0) {
      body.put("seed", seed & Integer.MAX_VALUE); // servers take 32 or 63 bits
    }
    putUnless(1, body, "top_p", sampling.topP());
    putUnless(0, body, "presence_penalty", sampling.presencePenalty());
    putUnless(0, body, "frequency_penalty", sampling.frequencyPenalty());
    if (sampling.topK() > 0) {
      body.put("top_k", sampling.topK());
    }
    putUnless(0, body, "min_p", sampling.minP());
    if (sampling.repetitionPenalty() != 1) {
      body.put("repetition_penalty", sampling.repetitionPenalty()); // vLLM
      body.put("repeat_penalty", sampling.repetitionPenalty()); // llama.cpp
      body.put("repeat_last_n", -1); // there, by default, only 64 tokens are looked at
    }
    if (!sampling.logitBias().isEmpty()) {
      ObjectNode biases = body.putObject("logit_bias");
      sampling.logitBias().forEach((id, bias) -> biases.put(Integer.toString(id), bias(id, bias)));
    }
  }

  private static void putUnless(double off, ObjectNode body, String field, double value) {
    if (value != off) {
      body.put(field, value);
    }
  }

  private static double bias(int id, double bias) {
    if (bias == Double.NEGATIVE_INFINITY) {
      return -MOST_BIAS;
    }
    Validate.isTrue(
        Math.abs(bias) <= MOST_BIAS,
        "logit bias %s for token %s: a served model takes -100 to 100",
        bias,
        id);
    return bias;
  }
}

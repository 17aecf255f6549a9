package dev.palinode.decode;

import java.util.HashMap;
import java.util.Map;

/**
 * How the next token is chosen from the logits.
 *
 * @param temperature 0 is greedy (the largest logit, the lowest id among equals); otherwise logits
 *     are divided by it before sampling
 * @param logitBias added to the logits of these ids first; negative infinity forbids a token
 */
public record SamplingSettings(double temperature, Map<Integer, Double> logitBias) {
  /** Greedy decoding without bias. */
  public static final SamplingSettings GREEDY = new SamplingSettings(0, Map.of());

  public SamplingSettings {
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new IllegalArgumentException(
          "temperature is " + temperature + ": expected 0 (greedy) or a positive number");
    }
    logitBias.forEach(
        (id, bias) -> {
          if (id < 0 || bias.isNaN() || bias == Double.POSITIVE_INFINITY) {
            throw new IllegalArgumentException(
                "logit bias " + bias + " for token " + id + ": expected a number for an id >= 0");
          }
        });
    logitBias = Map.copyOf(logitBias);
  }

  /** Sampling at a temperature, without bias. */
  public static SamplingSettings temperature(double temperature) {
    return new SamplingSettings(temperature, Map.of());
  }

  /** These settings with one token's logit shifted by {@code bias}. */
  public SamplingSettings withBias(int id, double bias) {
    Map<Integer, Double> all = new HashMap<>(logitBias);
    all.put(id, bias);
    return new SamplingSettings(temperature, all);
  }
}

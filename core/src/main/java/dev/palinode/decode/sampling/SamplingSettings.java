package dev.palinode.decode.sampling;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.lang3.Validate;

/**
 * The settings of a {@link Sampler}, which defines the order of the steps.
 *
 * @param temperature 0 is greedy (the largest logit, the lowest id among equals); otherwise logits
 *     are divided by it before sampling
 * @param topK keeps the k tokens of the largest logits; 0 keeps all
 * @param topP keeps the most likely tokens until their probabilities add up to this; above 0, at
 *     most 1; 1 keeps all
 * @param minP keeps tokens of at least this fraction of the largest probability; from 0 to 1; 0
 *     keeps all
 * @param repetitionPenalty divides positive logits of all tokens in prompt and generated text, and
 *     multiplies negative ones: above 0; 1 changes nothing
 * @param presencePenalty subtracted once from the logit of each generated token: from -2 to 2
 * @param frequencyPenalty subtracted from the logit of each generated token as often as it occurs:
 *     from -2 to 2
 * @param logitBias added to the logits of these ids first; negative infinity forbids a token
 */
public record SamplingSettings(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias) {
  /** Greedy decoding with everything else off. */
  public static final SamplingSettings GREEDY = builder().build();

  public SamplingSettings {
    require(
        temperature >= 0 && temperature <= Double.MAX_VALUE,
        "temperature",
        temperature,
        "0 (greedy) or a positive number");
    require(topK >= 0, "topK", topK, "0 (off) or a positive number of tokens");
    require(topP > 0 && topP <= 1, "topP", topP, "above 0 and at most 1 (off)");
    require(minP >= 0 && minP <= 1, "minP", minP, "0 (off) to 1");
    require(
        repetitionPenalty > 0 && repetitionPenalty <= Float.MAX_VALUE,
        "repetitionPenalty",
        repetitionPenalty,
        "a number above 0 (1 is off)");
    requirePenalty("presencePenalty", presencePenalty);
    requirePenalty("frequencyPenalty", frequencyPenalty);
    logitBias.forEach(SamplingSettings::requireBias);
    logitBias = Map.copyOf(logitBias);
  }

  /** Whether a {@link TokenHistory} is needed. */
  public boolean hasPenalties() {
    return repetitionPenalty != 1 || presencePenalty != 0 || frequencyPenalty != 0;
  }

  /** Sampling at a temperature, with everything else off. */
  public static SamplingSettings temperature(double temperature) {
    return builder().temperature(temperature).build();
  }

  /** A builder that starts from {@link #GREEDY}. */
  public static Builder builder() {
    return new Builder();
  }

  /** A builder that starts from these settings. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.temperature = temperature;
    builder.topK = topK;
    builder.topP = topP;
    builder.minP = minP;
    builder.repetitionPenalty = repetitionPenalty;
    builder.presencePenalty = presencePenalty;
    builder.frequencyPenalty = frequencyPenalty;
    builder.logitBias = logitBias;
    return builder;
  }

  /** These settings with one token's logit shifted by {@code bias}. */
  public SamplingSettings withBias(int id, double bias) {
    Map<Integer, Double> all = new HashMap<>(logitBias);
    all.put(id, bias);
    return toBuilder().logitBias(all).build();
  }

  /**
   * Checks that a model with this number of logits has all ids.
   *
   * @throws IllegalArgumentException if not
   */
  public void requireWithin(int vocabSize) {
    for (int id : new TreeSet<>(logitBias.keySet())) {
      Validate.isTrue(
          id < vocabSize,
          "logit bias for token %s: the model has ids 0 to %s",
          id,
          (vocabSize - 1));
    }
  }

  private static void require(boolean holds, String what, Number value, String expected) {
    Validate.isTrue(holds, "%s is %s: expected %s", what, value, expected);
  }

  private static void requirePenalty(String what, double penalty) {
    require(penalty >= -2 && penalty <= 2, what, penalty, "-2 to 2 (0 is off)");
  }

  private static void requireBias(int id, double bias) {
    Validate.isTrue(
        id >= 0 && bias <= Float.MAX_VALUE,
        "logit bias %s for token %s: expected a number for an id >= 0",
        bias,
        id);
  }

  /** Builds settings; see the record's components. */
  public static final class Builder {
    private double temperature;
    private int topK;
    private double topP = 1;
    private double minP;
    private double repetitionPenalty = 1;
    private double presencePenalty;
    private double frequencyPenalty;
    private Map<Integer, Double> logitBias = Map.of();

    private Builder() {}

    public Builder temperature(double value) {
      temperature = value;
      return this;
    }

    public Builder topK(int count) {
      topK = count;
      return this;
    }

    public Builder topP(double value) {
      topP = value;
      return this;
    }

    public Builder minP(double value) {
      minP = value;
      return this;
    }

    public Builder repetitionPenalty(double value) {
      repetitionPenalty = value;
      return this;
    }

    public Builder presencePenalty(double value) {
      presencePenalty = value;
      return this;
    }

    public Builder frequencyPenalty(double value) {
      frequencyPenalty = value;
      return this;
    }

    public Builder logitBias(Map<Integer, Double> biases) {
      logitBias = biases;
      return this;
    }

    /** The settings; throws an {@link IllegalArgumentException} if one is out of its range. */
    public SamplingSettings build() {
      return new SamplingSettings(
          temperature,
          topK,
          topP,
          minP,
          repetitionPenalty,
          presencePenalty,
          frequencyPenalty,
          logitBias);
    }
  }
}

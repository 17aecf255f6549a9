package dev.palinode.decode.sampling;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntPredicate;

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
 * @param bannedTokens ids that are never chosen
 * @param allowedTokens the only ids that are chosen; empty allows all
 */
public record SamplingSettings(
    double temperature,
    int topK,
    double topP,
    double minP,
    double repetitionPenalty,
    double presencePenalty,
    double frequencyPenalty,
    Map<Integer, Double> logitBias,
    Set<Integer> bannedTokens,
    Set<Integer> allowedTokens) {
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
    requireIds("bannedTokens has", bannedTokens, id -> id >= 0, "expected ids >= 0");
    requireIds("allowedTokens has", allowedTokens, id -> id >= 0, "expected ids >= 0");
    logitBias = Map.copyOf(logitBias);
    bannedTokens = Set.copyOf(bannedTokens);
    allowedTokens = Set.copyOf(allowedTokens);
  }

  /** Whether a penalty is set: only then a {@link TokenHistory} is needed. */
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
    builder.bannedTokens = bannedTokens;
    builder.allowedTokens = allowedTokens;
    return builder;
  }

  /** These settings with one token's logit shifted by {@code bias}. */
  public SamplingSettings withBias(int id, double bias) {
    Map<Integer, Double> all = new HashMap<>(logitBias);
    all.put(id, bias);
    return toBuilder().logitBias(all).build();
  }

  /**
   * Checks that these settings fit a model.
   *
   * @param vocabSize number of the model's logits
   * @throws IllegalArgumentException if an id is outside the model's vocabulary, or no token may be
   *     chosen at all
   */
  public void requireWithin(int vocabSize) {
    String range = "the model has ids 0 to " + (vocabSize - 1);
    requireIds("logit bias for", logitBias.keySet(), id -> id < vocabSize, range);
    requireIds("bannedTokens has", bannedTokens, id -> id < vocabSize, range);
    requireIds("allowedTokens has", allowedTokens, id -> id < vocabSize, range);
    boolean nothingLeft =
        allowedTokens.isEmpty()
            ? bannedTokens.size() == vocabSize
            : bannedTokens.containsAll(allowedTokens);
    if (nothingLeft) {
      throw new IllegalArgumentException(
          "bannedTokens leaves none of the "
              + (allowedTokens.isEmpty()
                  ? vocabSize + " ids of the model"
                  : allowedTokens.size() + " ids in allowedTokens")
              + ": allow or stop banning at least one");
    }
  }

  private static void require(boolean holds, String what, Number value, String expected) {
    if (!holds) {
      throw new IllegalArgumentException(what + " is " + value + ": expected " + expected);
    }
  }

  private static void requirePenalty(String what, double penalty) {
    require(penalty >= -2 && penalty <= 2, what, penalty, "-2 to 2 (0 is off)");
  }

  private static void requireBias(int id, double bias) {
    if (id < 0 || !(bias <= Float.MAX_VALUE)) {
      throw new IllegalArgumentException(
          "logit bias " + bias + " for token " + id + ": expected a number for an id >= 0");
    }
  }

  private static void requireIds(
      String what, Collection<Integer> ids, IntPredicate valid, String expected) {
    for (int id : new TreeSet<>(ids)) {
      if (!valid.test(id)) {
        throw new IllegalArgumentException(what + " token " + id + ": " + expected);
      }
    }
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
    private Set<Integer> bannedTokens = Set.of();
    private Set<Integer> allowedTokens = Set.of();

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

    public Builder bannedTokens(Set<Integer> ids) {
      bannedTokens = ids;
      return this;
    }

    public Builder allowedTokens(Set<Integer> ids) {
      allowedTokens = ids;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException if a value is out of its range
     */
    public SamplingSettings build() {
      return new SamplingSettings(
          temperature,
          topK,
          topP,
          minP,
          repetitionPenalty,
          presencePenalty,
          frequencyPenalty,
          logitBias,
          bannedTokens,
          allowedTokens);
    }
  }
}

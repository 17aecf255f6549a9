package dev.palinode.decode.sampling;

import java.util.Map;
import java.util.Set;

/**
 * Collects {@link SamplingSettings} by name; what is not set is off, and the temperature 0. Values
 * are checked by {@link #build}. Not thread-safe.
 */
public final class SamplingSettingsBuilder {
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

  SamplingSettingsBuilder() {}

  /** Sets {@link SamplingSettings#temperature}. */
  public SamplingSettingsBuilder temperature(double temperature) {
    this.temperature = temperature;
    return this;
  }

  /** Sets {@link SamplingSettings#topK}. */
  public SamplingSettingsBuilder topK(int topK) {
    this.topK = topK;
    return this;
  }

  /** Sets {@link SamplingSettings#topP}. */
  public SamplingSettingsBuilder topP(double topP) {
    this.topP = topP;
    return this;
  }

  /** Sets {@link SamplingSettings#minP}. */
  public SamplingSettingsBuilder minP(double minP) {
    this.minP = minP;
    return this;
  }

  /** Sets {@link SamplingSettings#repetitionPenalty}. */
  public SamplingSettingsBuilder repetitionPenalty(double repetitionPenalty) {
    this.repetitionPenalty = repetitionPenalty;
    return this;
  }

  /** Sets {@link SamplingSettings#presencePenalty}. */
  public SamplingSettingsBuilder presencePenalty(double presencePenalty) {
    this.presencePenalty = presencePenalty;
    return this;
  }

  /** Sets {@link SamplingSettings#frequencyPenalty}. */
  public SamplingSettingsBuilder frequencyPenalty(double frequencyPenalty) {
    this.frequencyPenalty = frequencyPenalty;
    return this;
  }

  /** Sets {@link SamplingSettings#logitBias}. */
  public SamplingSettingsBuilder logitBias(Map<Integer, Double> logitBias) {
    this.logitBias = logitBias;
    return this;
  }

  /** Sets {@link SamplingSettings#bannedTokens}. */
  public SamplingSettingsBuilder bannedTokens(Set<Integer> bannedTokens) {
    this.bannedTokens = bannedTokens;
    return this;
  }

  /** Sets {@link SamplingSettings#allowedTokens}. */
  public SamplingSettingsBuilder allowedTokens(Set<Integer> allowedTokens) {
    this.allowedTokens = allowedTokens;
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

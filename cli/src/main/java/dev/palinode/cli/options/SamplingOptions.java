package dev.palinode.cli.options;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of every command that generates text: sampling, and when to stop. */
@OptionGroup("Sampling")
final class SamplingOptions {
  @Option(
      names = "--max-new-tokens",
      paramLabel = "TOKENS",
      description = "Most tokens of an answer.")
  private int maxNewTokens = 256;

  @Option(
      names = "--stop",
      description = "End an answer before this text; may be given several times.")
  private List<String> stopTexts = List.of();

  @Option(names = "--temperature", description = "Sampling temperature; 0 is greedy.")
  private double temperature;

  @Option(names = "--top-k", description = "Sample from this many of the likeliest tokens; 0: all.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "FRACTION",
      description = "Sample from the likeliest tokens of this probability together.")
  private double topP = 1;

  @Option(
      names = "--min-p",
      paramLabel = "FRACTION",
      description = "Sample from tokens of at least this fraction of the likeliest's probability.")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      description = "Above 1 makes tokens less likely that are in the text.")
  private double repetitionPenalty = 1;

  @Option(
      names = "--presence-penalty",
      description = "Subtracted from the logits of tokens that are in the answer.")
  private double presencePenalty;

  @Option(
      names = "--frequency-penalty",
      description = "As --presence-penalty, but once for each time that they occur.")
  private double frequencyPenalty;

  @Option(names = "--seed", description = "Seed of the random numbers at temperatures above 0.")
  private long seed;

  /** Adds all but the {@link #settings} to a request. */
  void apply(GenerationRequest.Builder request, long turn) {
    request.maxNewTokens(maxNewTokens).stopTexts(stopTexts).seed(seed + turn);
  }

  SamplingSettings settings() {
    SamplingSettings settings =
        SamplingSettings.builder()
            .temperature(temperature)
            .topK(topK)
            .topP(topP)
            .minP(minP)
            .repetitionPenalty(repetitionPenalty)
            .presencePenalty(presencePenalty)
            .frequencyPenalty(frequencyPenalty)
            .build();
    needsTemperature("--top-k", topK != 0);
    needsTemperature("--top-p", topP != 1);
    needsTemperature("--min-p", minP != 0);
    return settings;
  }

  private void needsTemperature(String option, boolean isGiven) {
    OptionCheck.needs(
        option, isGiven, temperature > 0, "a --temperature above 0: greedy decoding draws nothing");
  }
}

package dev.palinode.cli;

import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import java.util.List;
import picocli.CommandLine.Option;

/** Options of every command that generates text: how tokens are chosen, and when to end. */
final class SamplingOptions {
  @Option(
      names = "--max-new-tokens",
      defaultValue = "256",
      description = "Most tokens of an answer (default: ${DEFAULT-VALUE}).")
  private int maxNewTokens;

  @Option(
      names = "--stop",
      paramLabel = "TEXT",
      description = "End an answer before this text; may be given several times.")
  private List<String> stopTexts = List.of();

  @Option(
      names = "--temperature",
      defaultValue = "0",
      description = "0 is greedy (default: ${DEFAULT-VALUE}).")
  private double temperature;

  @Option(
      names = "--top-k",
      defaultValue = "0",
      description = "Sample from that many of the most likely tokens; 0 is all (default: 0).")
  private int topK;

  @Option(
      names = "--top-p",
      defaultValue = "1",
      description = "Sample from the likeliest tokens of that probability together (default: 1).")
  private double topP;

  @Option(
      names = "--min-p",
      defaultValue = "0",
      description =
          "Sample from tokens at least that likely, as a share of the likeliest (default: 0).")
  private double minP;

  @Option(
      names = "--repetition-penalty",
      defaultValue = "1",
      description = "Above 1 makes tokens less likely that are in the text (default: 1).")
  private double repetitionPenalty;

  @Option(
      names = "--presence-penalty",
      defaultValue = "0",
      description = "Taken from the logits of tokens that are in the answer (default: 0).")
  private double presencePenalty;

  @Option(
      names = "--frequency-penalty",
      defaultValue = "0",
      description = "Likewise, once for each time that they occur (default: 0).")
  private double frequencyPenalty;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the random numbers at temperatures above 0 (default: ${DEFAULT-VALUE}).")
  private long seed;

  /** Puts them into a request, but for the {@link #settings}. */
  void apply(GenerationRequest.Builder request, long turn) {
    request
        .maxNewTokens(maxNewTokens)
        .stopTexts(stopTexts.toArray(String[]::new))
        .seed(seed + turn);
  }

  /** How tokens are chosen. */
  SamplingSettings settings() {
    return SamplingSettings.builder()
        .temperature(temperature)
        .topK(topK)
        .topP(topP)
        .minP(minP)
        .repetitionPenalty(repetitionPenalty)
        .presencePenalty(presencePenalty)
        .frequencyPenalty(frequencyPenalty)
        .build();
  }
}

package dev.palinode.cli;

import dev.palinode.decode.UndoPolicy;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.model.folder.LoadedModel;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Options of every command that generates text. */
final class SamplingOptions {
  @Option(
      names = "--max-new-tokens",
      defaultValue = "256",
      description = "Most tokens of an answer (default: ${DEFAULT-VALUE}).")
  int maxNewTokens;

  @Option(
      names = "--temperature",
      defaultValue = "0",
      description = "0 is greedy (default: ${DEFAULT-VALUE}).")
  double temperature;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the random numbers at temperatures above 0 (default: ${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--max-resets",
      defaultValue = "1",
      description =
          "How often one answer may be taken back; 0 forbids it (default: ${DEFAULT-VALUE}).")
  int maxResets;

  @Option(
      names = "--reset-bias",
      defaultValue = "0",
      description =
          "Added to the logit of the reset token: above 0 for more safety, below for fewer resets"
              + " (default: ${DEFAULT-VALUE}).")
  double resetBias;

  SamplingSettings sampling(LoadedModel model) {
    SamplingSettings settings = SamplingSettings.temperature(temperature);
    OptionalInt reset = model.resetId();
    return reset.isPresent() && resetBias != 0
        ? settings.withBias(reset.getAsInt(), resetBias)
        : settings;
  }

  UndoPolicy undo(LoadedModel model) {
    return new UndoPolicy(model.resetId(), maxResets);
  }
}

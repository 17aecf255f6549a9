package dev.palinode.cli.attack;

import dev.palinode.attack.gcg.Gcg;
import dev.palinode.attack.gcg.GcgSettings;
import dev.palinode.cli.options.AnsweringModelOptions;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Settings of greedy coordinate gradients; the defaults are the paper's. */
final class GcgOptions implements AutoCloseable {
  @Option(names = "--suffix-tokens", description = "Length of the suffix.")
  private int suffixTokens = GcgSettings.PLAIN.suffixTokens();

  @Option(names = "--steps", description = "Most gradient steps for each behaviour.")
  private int steps = GcgSettings.PLAIN.steps();

  @Option(names = "--candidates", description = "Suffixes compared in a step.")
  private int candidates = GcgSettings.PLAIN.candidates();

  @Option(
      names = "--top-tokens",
      description = "Tokens that may replace another one: those with the best gradients.")
  private int topTokens = GcgSettings.PLAIN.topTokens();

  private @Nullable LoadedModel gradients;

  /** The attack on the victim's own weights. */
  Gcg attack(AnsweringModelOptions victim, double resetWeight) throws IOException {
    GcgSettings settings = new GcgSettings(suffixTokens, steps, candidates, topTokens, resetWeight);
    gradients = victim.openForGradients();
    return new Gcg(gradients, victim.chatFormat(gradients), settings);
  }

  @Override
  public void close() {
    if (gradients != null) {
      gradients.close();
    }
  }
}

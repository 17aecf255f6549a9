package dev.palinode.cli.options;

import picocli.CommandLine.Option;

/** Options of resets. */
@OptionGroup("Resets and undo")
final class ResetOptions {
  private static final int USUAL = 1;

  @Option(names = "--max-resets", description = "How often one answer may be reset; 0 forbids it.")
  private int most = USUAL;

  @Option(
      names = "--reset-bias",
      description = "Added to the reset token's logit: above 0 for safety, below for fewer resets.")
  private double bias;

  /** How often one answer may be reset. */
  int most() {
    OptionCheck.atLeast(0, "--max-resets", most);
    return most;
  }

  /** Whether the number differs from its default. */
  boolean isMostGiven() {
    return most != USUAL;
  }

  /** Added to the reset token's logit. */
  double bias() {
    return bias;
  }
}

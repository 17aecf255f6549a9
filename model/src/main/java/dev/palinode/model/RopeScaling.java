package dev.palinode.model;

/** How rotary frequencies are stretched for contexts longer than those of pretraining. */
public sealed interface RopeScaling {
  /** Frequencies as they are. */
  record None() implements RopeScaling {}

  /**
   * Llama 3's scaling: wavelengths longer than {@code originalContext / lowFrequencyFactor} are
   * divided by {@code factor}, those shorter than {@code originalContext / highFrequencyFactor} are
   * kept, those between are interpolated.
   */
  record Llama3(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
      implements RopeScaling {
    public Llama3 {
      if (!(factor >= 1 && lowFrequencyFactor > 0 && highFrequencyFactor > lowFrequencyFactor)
          || originalContext < 1) {
        throw new IllegalArgumentException(
            "llama3 rope scaling with factor "
                + factor
                + ", low_freq_factor "
                + lowFrequencyFactor
                + ", high_freq_factor "
                + highFrequencyFactor
                + ", original_max_position_embeddings "
                + originalContext
                + ": expected factor >= 1 and 0 < low < high");
      }
    }
  }

  /**
   * The frequencies of the rotary embedding, scaled.
   *
   * @param base {@code rope_theta}
   * @param headDim size of a head, even
   * @return {@code [headDim / 2]}, radians per position
   */
  default double[] frequencies(double base, int headDim) {
    double[] frequencies = new double[headDim / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = scale(Math.pow(base, -2.0 * i / headDim));
    }
    return frequencies;
  }

  private double scale(double frequency) {
    if (!(this instanceof Llama3 llama)) {
      return frequency;
    }
    double wavelength = 2 * Math.PI / frequency;
    double turns = llama.originalContext() / wavelength;
    if (turns < llama.lowFrequencyFactor()) {
      return frequency / llama.factor();
    }
    if (turns > llama.highFrequencyFactor()) {
      return frequency;
    }
    double smooth =
        (turns - llama.lowFrequencyFactor())
            / (llama.highFrequencyFactor() - llama.lowFrequencyFactor());
    return (1 - smooth) * frequency / llama.factor() + smooth * frequency;
  }
}

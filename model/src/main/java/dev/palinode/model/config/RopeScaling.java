package dev.palinode.model.config;

import java.util.List;
import java.util.OptionalDouble;

/**
 * Scaling of rotary frequencies for contexts longer than those of pretraining. The formulas are
 * those of transformers' {@code modeling_rope_utils}.
 */
public sealed interface RopeScaling {
  /**
   * The frequencies of the rotary embedding, scaled.
   *
   * @param base {@code rope_theta}
   * @param dimensions number of a head's dimensions that are rotated, even
   * @param contextLength of the model
   * @return {@code [dimensions / 2]}, radians per position
   */
  double[] frequencies(double base, int dimensions, int contextLength);

  /** Factor of the rotated queries and keys. */
  default double magnitude() {
    return 1;
  }

  /**
   * Checks that this scaling fits the number of dimensions.
   *
   * @throws IllegalArgumentException if this scaling is for another number
   */
  default void requireFits(int dimensions) {}

  private static double[] plain(double base, int dimensions) {
    double[] frequencies = new double[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = Math.pow(base, -2.0 * i / dimensions);
    }
    return frequencies;
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new IllegalArgumentException("rope scaling: " + what);
    }
  }

  /** Unscaled frequencies. */
  record None() implements RopeScaling {
    @Override
    public double[] frequencies(double base, int dimensions, int contextLength) {
      return plain(base, dimensions);
    }
  }

  /** All positions are divided by a factor. */
  record Linear(double factor) implements RopeScaling {
    public Linear {
      require(factor >= 1, "factor is " + factor + ", expected 1 or more");
    }

    @Override
    public double[] frequencies(double base, int dimensions, int contextLength) {
      double[] frequencies = plain(base, dimensions);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factor;
      }
      return frequencies;
    }
  }

  /**
   * Llama 3's scaling: wavelengths longer than {@code originalContext / lowFrequencyFactor} are
   * divided by {@code factor}, those shorter than {@code originalContext / highFrequencyFactor} are
   * kept, those between are interpolated.
   */
  record Llama3(
      double factor, double lowFrequencyFactor, double highFrequencyFactor, int originalContext)
      implements RopeScaling {
    public Llama3 {
      require(
          factor >= 1
              && lowFrequencyFactor > 0
              && highFrequencyFactor > lowFrequencyFactor
              && originalContext >= 1,
          "llama3 with factor "
              + factor
              + ", low_freq_factor "
              + lowFrequencyFactor
              + ", high_freq_factor "
              + highFrequencyFactor
              + ", original_max_position_embeddings "
              + originalContext
              + ", expected factor >= 1 and 0 < low < high");
    }

    @Override
    public double[] frequencies(double base, int dimensions, int contextLength) {
      double[] frequencies = plain(base, dimensions);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] = scale(frequencies[i]);
      }
      return frequencies;
    }

    private double scale(double frequency) {
      double turns = originalContext * frequency / (2 * Math.PI);
      if (turns < lowFrequencyFactor) {
        return frequency / factor;
      }
      if (turns > highFrequencyFactor) {
        return frequency;
      }
      double smooth = (turns - lowFrequencyFactor) / (highFrequencyFactor - lowFrequencyFactor);
      return (1 - smooth) * frequency / factor + smooth * frequency;
    }
  }

  /**
   * YaRN (Peng et al., 2023): dimensions that rotate often in the original context keep their
   * frequency, those that rotate rarely are divided by {@code factor}, with a ramp in between, and
   * the magnitude of queries and keys grows with the logarithm of the factor.
   *
   * @param magnitude {@code attention_factor}, or the value that follows from the other fields
   * @param truncate whether the ends of the ramp are rounded to whole dimensions
   */
  record Yarn(
      double factor,
      int originalContext,
      double betaFast,
      double betaSlow,
      boolean truncate,
      double magnitude)
      implements RopeScaling {
    public Yarn {
      require(
          factor >= 1 && originalContext >= 1 && betaSlow > 0 && betaFast > betaSlow,
          "yarn with factor "
              + factor
              + ", original_max_position_embeddings "
              + originalContext
              + ", beta_fast "
              + betaFast
              + ", beta_slow "
              + betaSlow
              + ", expected factor >= 1 and 0 < beta_slow < beta_fast");
      require(magnitude > 0, "attention_factor is " + magnitude + ", expected above 0");
    }

    /** The magnitude if the configuration has none (equation 22 of the paper). */
    static double magnitude(double factor, OptionalDouble mscale, OptionalDouble mscaleAllDim) {
      if (mscale.orElse(0) != 0 && mscaleAllDim.orElse(0) != 0) {
        return growth(factor, mscale.getAsDouble()) / growth(factor, mscaleAllDim.getAsDouble());
      }
      return growth(factor, 1);
    }

    private static double growth(double factor, double weight) {
      return factor <= 1 ? 1 : 0.1 * weight * Math.log(factor) + 1;
    }

    @Override
    public double[] frequencies(double base, int dimensions, int contextLength) {
      double from = dimensionThatTurns(betaFast, base, dimensions);
      double to = dimensionThatTurns(betaSlow, base, dimensions);
      double low = Math.max(truncate ? Math.floor(from) : from, 0);
      double high = Math.min(truncate ? Math.ceil(to) : to, dimensions - 1);
      double width = low == high ? 0.001 : high - low; // no division by zero
      double[] frequencies = plain(base, dimensions);
      for (int i = 0; i < frequencies.length; i++) {
        double stretched = Math.min(1, Math.max(0, (i - low) / width));
        frequencies[i] = frequencies[i] * (1 - stretched) + frequencies[i] / factor * stretched;
      }
      return frequencies;
    }

    /** The dimension that rotates that often in the original context; may be fractional. */
    private double dimensionThatTurns(double turns, double base, int dimensions) {
      return dimensions * Math.log(originalContext / (turns * 2 * Math.PI)) / (2 * Math.log(base));
    }
  }

  /**
   * LongRoPE (Ding et al., 2024): every frequency is divided by its own factor, from one list for
   * contexts up to the original length and from another for longer ones.
   *
   * <p>Transformers switches lists in the middle of a sequence, after which the keys in its cache
   * no longer fit. Here the context length that the model is opened with selects the list.
   */
  record LongRope(
      List<Double> shortFactors, List<Double> longFactors, int originalContext, double magnitude)
      implements RopeScaling {
    public LongRope {
      shortFactors = List.copyOf(shortFactors);
      longFactors = List.copyOf(longFactors);
      require(
          shortFactors.stream().allMatch(f -> f > 0) && longFactors.stream().allMatch(f -> f > 0),
          "short_factor and long_factor must be positive");
      require(originalContext >= 1, "original_max_position_embeddings is " + originalContext);
      require(magnitude > 0, "attention_factor is " + magnitude + ", expected above 0");
    }

    /** The magnitude if the configuration has none. */
    static double magnitude(double factor, int originalContext) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalContext));
    }

    @Override
    public void requireFits(int dimensions) {
      require(
          shortFactors.size() == dimensions / 2 && longFactors.size() == dimensions / 2,
          "short_factor has "
              + shortFactors.size()
              + " and long_factor "
              + longFactors.size()
              + " numbers, expected half the turned dimensions, "
              + dimensions / 2);
    }

    @Override
    public double[] frequencies(double base, int dimensions, int contextLength) {
      List<Double> factors = contextLength > originalContext ? longFactors : shortFactors;
      double[] frequencies = plain(base, dimensions);
      for (int i = 0; i < frequencies.length; i++) {
        frequencies[i] /= factors.get(i);
      }
      return frequencies;
    }
  }
}

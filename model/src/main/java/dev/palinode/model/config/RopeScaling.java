package dev.palinode.model.config;

import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.lang3.Validate;

/**
 * Scaling of rotary frequencies for contexts longer than those of pretraining. The formulas are
 * those of transformers' {@code modeling_rope_utils}.
 */
public sealed interface RopeScaling {
  /**
   * The scaled frequencies of a model, radians per position, {@code [dimensions / 2]}.
   *
   * @param base {@code rope_theta}
   * @param dimensions number of a head's dimensions that are rotated, even
   * @param contextLength of the model
   */
  default double[] frequencies(double base, int dimensions, int contextLength) {
    double[] frequencies = new double[dimensions / 2];
    for (int i = 0; i < frequencies.length; i++) {
      double plain = Math.pow(base, -2.0 * i / dimensions);
      frequencies[i] = scaled(plain, i, base, dimensions, contextLength);
    }
    return frequencies;
  }

  /** One of the {@link #frequencies}, from its index and its value without scaling. */
  double scaled(double frequency, int index, double base, int dimensions, int contextLength);

  /** Factor of the rotated queries and keys. */
  default double magnitude() {
    return 1;
  }

  /** Checks that this scaling is for that number of rotated dimensions. */
  default void requireFits(int dimensions) {}

  private static void require(boolean holds, String what, Object... values) {
    Validate.isTrue(holds, "rope scaling: " + what, values);
  }

  /** Unscaled frequencies. */
  record None() implements RopeScaling {
    @Override
    public double scaled(double frequency, int index, double base, int dimensions, int context) {
      return frequency;
    }
  }

  /** All positions are divided by a factor. */
  record Linear(double factor) implements RopeScaling {
    public Linear {
      require(factor >= 1, "factor is %s, expected 1 or more", factor);
    }

    @Override
    public double scaled(double frequency, int index, double base, int dimensions, int context) {
      return frequency / factor;
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
          "llama3 with factor %s, low_freq_factor %s, high_freq_factor %s,"
              + " original_max_position_embeddings %s, expected factor >= 1 and 0 < low < high",
          factor,
          lowFrequencyFactor,
          highFrequencyFactor,
          originalContext);
    }

    @Override
    public double scaled(double frequency, int index, double base, int dimensions, int context) {
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
          "yarn with factor %s, original_max_position_embeddings %s, beta_fast %s, beta_slow %s,"
              + " expected factor >= 1 and 0 < beta_slow < beta_fast",
          factor,
          originalContext,
          betaFast,
          betaSlow);
      require(magnitude > 0, "attention_factor is %s, expected above 0", magnitude);
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
    public double scaled(double frequency, int index, double base, int dimensions, int context) {
      double from = dimensionThatTurns(betaFast, base, dimensions);
      double to = dimensionThatTurns(betaSlow, base, dimensions);
      double low = Math.max(truncate ? Math.floor(from) : from, 0);
      double high = Math.min(truncate ? Math.ceil(to) : to, dimensions - 1);
      double width = low == high ? 0.001 : high - low; // no division by zero
      double stretched = Math.min(1, Math.max(0, (index - low) / width));
      return frequency * (1 - stretched) + frequency / factor * stretched;
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
      require(originalContext >= 1, "original_max_position_embeddings is %s", originalContext);
      require(magnitude > 0, "attention_factor is %s, expected above 0", magnitude);
    }

    /** The magnitude if the configuration has none. */
    static double magnitude(double factor, int originalContext) {
      return factor <= 1 ? 1 : Math.sqrt(1 + Math.log(factor) / Math.log(originalContext));
    }

    @Override
    public void requireFits(int dimensions) {
      require(
          shortFactors.size() == dimensions / 2 && longFactors.size() == dimensions / 2,
          "short_factor has %s and long_factor %s numbers, expected half the turned dimensions, %s",
          shortFactors.size(),
          longFactors.size(),
          dimensions / 2);
    }

    @Override
    public double scaled(double frequency, int index, double base, int dimensions, int context) {
      return frequency / (context > originalContext ? longFactors : shortFactors).get(index);
    }
  }
}

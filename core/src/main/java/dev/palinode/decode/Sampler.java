package dev.palinode.decode;

import java.util.random.RandomGenerator;

/** Chooses a token id from logits {@code [vocab]}, which it may overwrite. */
@FunctionalInterface
interface Sampler {
  int sample(float[] logits, RandomGenerator random);

  /** The sampler that the settings ask for. */
  static Sampler of(SamplingSettings settings) {
    return settings.temperature() == 0
        ? (logits, random) -> argmax(logits)
        : (logits, random) -> categorical(logits, settings.temperature(), random);
  }

  private static int argmax(float[] logits) {
    int best = 0;
    for (int id = 1; id < logits.length; id++) {
      if (logits[id] > logits[best]) {
        best = id;
      }
    }
    return requirePossible(best, logits);
  }

  /** Inverse transform sampling; the sum is kept in double so that large vocabularies add up. */
  private static int categorical(float[] logits, double temperature, RandomGenerator random) {
    int best = argmax(logits);
    double max = logits[best];
    double total = 0;
    for (int id = 0; id < logits.length; id++) {
      float weight = (float) Math.exp((logits[id] - max) / temperature);
      logits[id] = weight;
      total += weight;
    }
    double remaining = random.nextDouble() * total;
    for (int id = 0; id < logits.length; id++) {
      remaining -= logits[id];
      if (remaining < 0) {
        return id;
      }
    }
    return best; // rounding left a sliver of mass behind the last token
  }

  private static int requirePossible(int id, float[] logits) {
    float logit = logits[id];
    if (Float.isNaN(logit) || Float.isInfinite(logit)) {
      throw new IllegalStateException(
          "the model's logits leave no token to choose (largest is "
              + logit
              + "): the weights may be damaged, or every token is forbidden");
    }
    return id;
  }
}

package dev.palinode.decode.sampling;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Reference for temperature and filters: sorts the whole vocabulary each time. */
final class SlowSampling {
  private SlowSampling() {}

  /** {@code [vocab]}: the probabilities that the sampler chooses with. */
  static double[] probabilities(Sampler sampler, float[] logits, TokenHistory history) {
    sampler.process(logits, history);
    int best = LargestLogits.id(logits);
    Candidates candidates = sampler.candidates(logits, logits[best]);
    double[] probabilities = new double[logits.length];
    for (int i = 0; i < candidates.weights().length; i++) {
      probabilities[candidates.id(i)] = candidates.weights()[i] / candidates.total();
    }
    return probabilities;
  }

  /** {@code [vocab]}: weights, of which the largest is 1. */
  static double[] weights(float[] logits, double temperature) {
    double largest =
        IntStream.range(0, logits.length).mapToDouble(i -> logits[i]).max().orElseThrow();
    return IntStream.range(0, logits.length)
        .mapToDouble(i -> (float) Math.exp((logits[i] - largest) / temperature))
        .toArray();
  }

  static void topK(double[] weights, int k) {
    List<Integer> order = order(weights);
    order.subList(Math.min(k, order.size()), order.size()).forEach(id -> weights[id] = 0);
  }

  static void topP(double[] weights, double p) {
    double total = IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
    double before = 0;
    for (int id : order(weights)) {
      double weight = weights[id];
      if (before >= p * total) {
        weights[id] = 0;
      }
      before += weight;
    }
  }

  static void minP(double[] weights, double p) {
    for (int id = 0; id < weights.length; id++) {
      if (weights[id] < p) {
        weights[id] = 0;
      }
    }
  }

  static double[] normalised(double[] weights) {
    double total = IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
    return IntStream.range(0, weights.length).mapToDouble(i -> weights[i] / total).toArray();
  }

  /** Heaviest first, the lowest id first among equals (the sort is stable). */
  static List<Integer> order(double[] weights) {
    return IntStream.range(0, weights.length)
        .boxed()
        .sorted(Comparator.comparingDouble((Integer id) -> -weights[id]))
        .toList();
  }
}

package dev.palinode.demo;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers of one seed of an experiment. */
record Draws(long seed) {
  /** Independent random numbers for each purpose and step. */
  SplittableRandom generator(String purpose, int step) {
    // Mixed first: the generator's own streams overlap for seeds that are simply counted on.
    long mixed = new SplittableRandom(31 * seed + purpose.hashCode()).nextLong() + step;
    return new SplittableRandom(new SplittableRandom(mixed).nextLong());
  }

  /** One of several, all as likely. */
  static <T> T any(List<T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}

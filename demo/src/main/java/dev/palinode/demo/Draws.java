package dev.palinode.demo;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** Random numbers of one seed of an experiment. */
public record Draws(long seed) {
  /** Random numbers for one purpose, independent of those for others. */
  public SplittableRandom generator(String purpose) {
    // Mixed first: the generator's streams overlap for consecutive seeds.
    return new SplittableRandom(new SplittableRandom(31 * seed + purpose.hashCode()).nextLong());
  }

  /** A uniform choice. */
  public static <T> T any(List<? extends T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}

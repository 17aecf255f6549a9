package dev.palinode.demo;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Random numbers of one seed of an experiment. */
public record Draws(long seed) {
  /** Random numbers for one purpose, independent of those for others. */
  public SplittableRandom generator(String purpose) {
    // Mixed first: the generator's streams overlap for consecutive seeds.
    return new SplittableRandom(new SplittableRandom(31 * seed + purpose.hashCode()).nextLong());
  }

  /** Rows drawn one after the other, with the random numbers of a purpose. */
  public <T> List<T> rows(String purpose, int size, Function<RandomGenerator, ? extends T> draw) {
    RandomGenerator random = generator(purpose);
    return Stream.<T>generate(() -> draw.apply(random)).limit(size).toList();
  }

  /** A uniform choice. */
  public static <T> T any(List<? extends T> choices, RandomGenerator random) {
    return choices.get(random.nextInt(choices.size()));
  }
}

package dev.palinode.training.recipe;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Shuffled batches: all examples once per epoch, in an order drawn from the seed. The last batch of
 * an epoch may be smaller. Not thread-safe.
 *
 * @param <E> type of the objective's examples
 */
final class ShuffledEpochs<E> {
  /** Makes the objective's examples from one of the data. */
  @FunctionalInterface
  interface Drawn<E> {
    /**
     * @param place index of the example
     * @param random the same for the same example, epoch and seed
     */
    List<E> of(int place, RandomGenerator random);
  }

  private final int examples;
  private final Drawn<E> drawn;
  private final int batchSize;
  private final long seed;
  private int orderedEpoch = -1;
  private List<Integer> order = List.of(); // of orderedEpoch

  ShuffledEpochs(int examples, Drawn<E> drawn, int batchSize, long seed) {
    this.examples = examples;
    this.drawn = drawn;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  int stepsPerEpoch() {
    return (examples + batchSize - 1) / batchSize;
  }

  List<E> batch(int step) {
    int epoch = step / stepsPerEpoch();
    int first = step % stepsPerEpoch() * batchSize;
    List<E> batch = new ArrayList<>();
    if (epoch != orderedEpoch) {
      order = order(epoch);
      orderedEpoch = epoch;
    }
    for (int place : order.subList(first, Math.min(first + batchSize, examples))) {
      batch.addAll(drawn.of(place, generator(place, epoch)));
    }
    return batch;
  }

  private RandomGenerator generator(int place, int epoch) {
    return new SplittableRandom(new SplittableRandom(31 * seed + epoch).nextLong() + place);
  }

  private List<Integer> order(int epoch) {
    List<Integer> shuffled = new ArrayList<>(IntStream.range(0, examples).boxed().toList());
    Collections.shuffle(shuffled, new Random(31 * seed + epoch));
    return shuffled;
  }
}

package dev.palinode.training.recipe;

import dev.palinode.training.BatchSource;
import dev.palinode.training.objective.SupervisedSequence;
import dev.palinode.training.objective.Supervision;
import dev.palinode.training.objective.TokenizedExample;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;

/**
 * Batches that go over all examples once per epoch, in an order drawn from the seed, unsafe answers
 * cut anew in each epoch. The last batch of an epoch may be smaller. Not thread-safe.
 */
final class ShuffledEpochs implements BatchSource<SupervisedSequence> {
  private final List<TokenizedExample> examples;
  private final Supervision supervision;
  private final int resetId;
  private final int batchSize;
  private final long seed;
  private int orderedEpoch = -1;
  private List<Integer> order = List.of(); // of orderedEpoch

  ShuffledEpochs(
      List<TokenizedExample> examples,
      Supervision supervision,
      int resetId,
      int batchSize,
      long seed) {
    this.examples = examples;
    this.supervision = supervision;
    this.resetId = resetId;
    this.batchSize = batchSize;
    this.seed = seed;
  }

  int stepsPerEpoch() {
    return (examples.size() + batchSize - 1) / batchSize;
  }

  @Override
  public List<SupervisedSequence> batch(int step) {
    int epoch = step / stepsPerEpoch();
    int first = step % stepsPerEpoch() * batchSize;
    List<SupervisedSequence> batch = new ArrayList<>();
    if (epoch != orderedEpoch) {
      order = order(epoch);
      orderedEpoch = epoch;
    }
    for (int place : order.subList(first, Math.min(first + batchSize, examples.size()))) {
      long cutSeed = new SplittableRandom(31 * seed + epoch).nextLong() + place;
      batch.addAll(
          supervision.sequences(examples.get(place), resetId, new SplittableRandom(cutSeed)));
    }
    return batch;
  }

  private List<Integer> order(int epoch) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      order.add(i);
    }
    Collections.shuffle(order, new Random(31 * seed + epoch));
    return order;
  }
}

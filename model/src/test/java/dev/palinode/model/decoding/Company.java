package dev.palinode.model.decoding;

import dev.palinode.decode.SequenceBatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** A row among others that join, leave, read prompts and sit out as chance will have it. */
public final class Company {
  private final SequenceBatch batch;
  private final int rows;
  private final TransformerLm lm;
  private final Random random;
  private final List<Integer> others = new ArrayList<>();
  private final int row;

  public Company(SequenceBatch batch, int rows, TransformerLm lm, Random random) {
    this.batch = batch;
    this.rows = rows;
    this.lm = lm;
    this.random = random;
    others.add(batch.add()); // so that the row begins in another slot than alone
    row = batch.add();
  }

  /** Appends to the row, in a call with others. */
  public float[] forward(int[] tokens) {
    int target = random.nextBoolean() ? rows - 1 : random.nextInt(rows + 3);
    while (others.size() > target) {
      batch.remove(others.remove(random.nextInt(others.size())));
    }
    while (others.size() < target) {
      others.add(batch.add());
    }
    Collections.shuffle(others, random);
    List<Integer> handles = new ArrayList<>(others);
    if (random.nextInt(4) == 0) {
      handles.removeIf(handle -> random.nextBoolean());
    }
    int place = random.nextInt(handles.size() + 1);
    handles.add(place, row);
    int[][] all =
        handles.stream()
            .map(handle -> handle == row ? tokens : something(handle))
            .toArray(int[][]::new);
    return batch.forward(handles.stream().mapToInt(handle -> handle).toArray(), all)[place];
  }

  private int[] something(int other) {
    int count = random.nextInt(5) == 0 ? 1 + random.nextInt(90) : 1;
    if (batch.length(other) + count > lm.contextLength()) {
      batch.truncate(other, 0);
    }
    return random.ints(count, 0, lm.vocabSize()).toArray();
  }
}

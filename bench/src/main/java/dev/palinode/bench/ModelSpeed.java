package dev.palinode.bench;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import java.util.Arrays;

/**
 * The speed of prefill and decoding, each with the machine's own limit (roofline), which is
 * measured in between. Medians of rounds.
 */
final class ModelSpeed {
  /** Tokens in each row before decoding is timed. */
  private static final int CONTEXT = 32;

  private final Transformer model;
  private final MachineSpeed machine;
  private final int rounds;

  /**
   * @param model in the form for inference
   * @param rounds of each measurement, at least 1
   */
  ModelSpeed(Transformer model, MachineSpeed machine, int rounds) {
    this.model = model;
    this.machine = machine;
    this.rounds = rounds;
  }

  /**
   * A measured speed and its limit.
   *
   * @param tokensPerSecond of all rows together
   * @param limit the roofline limit in tokens per second: by memory bandwidth or products for
   *     decoding, by products for prefill
   */
  record Figure(double tokensPerSecond, double limit) {
    /** The fraction of the limit that is reached. */
    double ofLimit() {
      return tokensPerSecond / limit;
    }
  }

  /**
   * Measures decoding, one token per row and step.
   *
   * @param rows of the batch
   * @param steps of a round
   * @return with the limit at which each step reads all matrices once, or multiplies by them,
   *     whichever takes longer
   */
  Figure decode(int rows, int steps) {
    double[] speeds = new double[rounds];
    double[] reads = new double[rounds];
    double flops = machine.productFlopsPerSecond(model.computeType());
    try (SequenceBatch batch = new TransformerLm(model).newBatch()) {
      int[] handles = new int[rows];
      int[][] tokens = new int[rows][];
      for (int i = 0; i < rows; i++) {
        handles[i] = batch.add();
        tokens[i] = prompt(CONTEXT);
      }
      batch.forward(handles, tokens);
      Arrays.fill(tokens, new int[] {1});
      batch.forward(handles, tokens);
      for (int round = 0; round < rounds; round++) {
        reads[round] = machine.readBytesPerSecond();
        for (int handle : handles) {
          batch.truncate(handle, CONTEXT);
        }
        long start = System.nanoTime();
        for (int step = 0; step < steps; step++) {
          batch.forward(handles, tokens);
        }
        speeds[round] = rows * (double) steps * 1e9 / (System.nanoTime() - start);
      }
    }
    double reading = model.matrixBytes() / Median.of(reads);
    double multiplying = 2.0 * rows * model.config().matrixElements() / flops;
    return new Figure(Median.of(speeds), rows / Math.max(reading, multiplying));
  }

  /** Measures the prefill of a prompt, up to the logits after it. */
  Figure prefill(int length) {
    double[] speeds = new double[rounds];
    double flops = machine.productFlopsPerSecond(model.computeType());
    try (SequenceBatch batch = new TransformerLm(model).newBatch()) {
      int[][] tokens = {prompt(length)};
      for (int round = -1; round < rounds; round++) { // the first warms up
        int[] row = {batch.add()};
        long start = System.nanoTime();
        batch.forward(row, tokens);
        if (round >= 0) {
          speeds[round] = length * 1e9 / (System.nanoTime() - start);
        }
        batch.remove(row[0]);
      }
    }
    // The output head is needed for the last token only.
    long perToken = model.config().matrixElements() - model.config().headElements();
    double seconds = (2.0 * length * perToken + 2.0 * model.config().headElements()) / flops;
    return new Figure(Median.of(speeds), length / seconds);
  }

  private int[] prompt(int length) {
    int[] tokens = new int[length];
    for (int i = 0; i < length; i++) {
      tokens[i] = i % model.config().vocabSize();
    }
    return tokens;
  }
}

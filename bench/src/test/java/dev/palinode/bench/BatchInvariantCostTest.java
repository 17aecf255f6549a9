package dev.palinode.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.Libtorch;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Prints the table of docs/performance.md on batch-invariant computation, for two threads. */
@Tag("slow")
class BatchInvariantCostTest {
  private static final int ROUNDS = 60;
  private static final int CONTEXT = 128;
  private static final int ROWS = 16;

  private final int threads = Libtorch.threads();

  @AfterEach
  void restoreThreads() {
    Libtorch.setThreads(threads);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "BF16", "INT8"})
  void fullBatch_takesLessThanTwiceTheTime(WeightType type) {
    Libtorch.setThreads(2);
    try (Transformer trainable = Transformer.initialise(ModelShape.parse("110m").config(), 1);
        Transformer network = trainable.forInference(type)) {
      TransformerLm ordinary = new TransformerLm(network);
      TransformerLm invariant = TransformerLm.batchInvariant(network, ROWS);
      double[] one = medians(List.of(new Steps(ordinary, 1, 1), new Steps(invariant, 1, 1)));
      double[] full = medians(List.of(new Steps(ordinary, ROWS, 1), new Steps(invariant, ROWS, 1)));
      double[] some = medians(List.of(new Steps(ordinary, ROWS, 2), new Steps(invariant, ROWS, 2)));
      double[] prompt = medians(List.of(new Prompt(ordinary), new Prompt(invariant)));
      String line = "%s, ms, ordinary and invariant: 1 row %.1f %.1f, %d rows %.1f %.1f,";
      System.out.printf(line, type, one[0], one[1], ROWS, full[0], full[1]);
      line = " every second of them %.1f %.1f, prompt %.1f %.1f%n";
      System.out.printf(line, some[0], some[1], prompt[0], prompt[1]);
      assertThat(full[1]).isLessThan(2 * full[0]);
    }
  }

  /** Something to time, again and again. */
  private interface Work extends AutoCloseable {
    void run();

    void reset();

    @Override
    void close();
  }

  /** One step of every so-manieth of some rows. */
  private static final class Steps implements Work {
    private final SequenceBatch batch;
    private final int[] all;
    private final int[] chosen;

    Steps(TransformerLm model, int rows, int every) {
      batch = model.newBatch();
      all = IntStream.range(0, rows).map(i -> batch.add()).toArray();
      chosen = IntStream.range(0, rows / every).map(i -> all[i * every]).toArray();
      for (int row : all) {
        batch.forward(new int[] {row}, new int[][] {prompt()});
      }
    }

    @Override
    public void run() {
      batch.forward(
          chosen, IntStream.of(chosen).mapToObj(i -> new int[] {1}).toArray(int[][]::new));
    }

    @Override
    public void reset() {
      for (int row : all) {
        batch.truncate(row, CONTEXT);
      }
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  /** Reading a prompt. */
  private static final class Prompt implements Work {
    private final SequenceBatch batch;
    private final int row;

    Prompt(TransformerLm model) {
      batch = model.newBatch();
      row = batch.add();
    }

    @Override
    public void run() {
      batch.forward(new int[] {row}, new int[][] {prompt()});
    }

    @Override
    public void reset() {
      batch.truncate(row, 0);
    }

    @Override
    public void close() {
      batch.close();
    }
  }

  private static int[] prompt() {
    return IntStream.range(0, CONTEXT).map(i -> 7 * i).toArray();
  }

  /** Milliseconds of each, taken in turn, so that what else the machine does meets all alike. */
  private static double[] medians(List<Work> works) {
    List<List<Double>> times =
        works.stream().map(work -> (List<Double>) new ArrayList<Double>()).toList();
    for (int round = -2; round < ROUNDS; round++) { // the first two warm up
      for (int i = 0; i < works.size(); i++) {
        works.get(i).reset();
        long start = System.nanoTime();
        works.get(i).run();
        if (round >= 0) {
          times.get(i).add((System.nanoTime() - start) / 1e6);
        }
      }
    }
    works.forEach(Work::close);
    return times.stream()
        .mapToDouble(all -> all.stream().sorted().skip(ROUNDS / 2).findFirst().orElseThrow())
        .toArray();
  }
}

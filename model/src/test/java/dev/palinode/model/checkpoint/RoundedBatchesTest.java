package dev.palinode.model.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.NamedNetwork;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Logits of rows in a batch and of each alone, with eight-bit weights. Many rows take another
 * kernel than few: both must multiply the same numbers and round them alike. Then most logits are
 * the same bits, and the most likely token is another one only where two lay close.
 */
class RoundedBatchesTest {
  private static final int ROWS = 16;
  private static final int STEPS = 8;

  /** Of the largest logit. These random networks make much of one activation rounded otherwise. */
  private static final double MOST = 0.1;

  private static final double TYPICAL = 0.01;

  static Stream<NamedNetwork> networks() {
    return Stream.concat(Stream.of(shipped()), NamedNetwork.tiny());
  }

  private static NamedNetwork shipped() {
    Path folder = Path.of("../models/safety-world");
    return new NamedNetwork(
        "safety-world",
        form -> Checkpoint.open(folder).load(LoadOptions.DEFAULT.withWeights(form)));
  }

  @ParameterizedTest
  @MethodSource("networks")
  void rowsTogether_differFromEachAloneByRounding(NamedNetwork model) throws IOException {
    try (Transformer network = model.source().open(WeightType.INT8)) {
      TransformerLm lm = new TransformerLm(network);
      Random random = new Random(9);
      int[][] next = new int[ROWS][];
      Arrays.setAll(next, i -> random.ints(1 + 3 * i, 0, lm.vocabSize()).toArray());
      try (SequenceBatch together = lm.newBatch();
          SequenceBatch apart = lm.newBatch()) {
        int[] rows = IntStream.range(0, ROWS).map(i -> together.add()).toArray();
        int[] single = IntStream.range(0, ROWS).map(i -> apart.add()).toArray();
        List<Double> differences = new ArrayList<>();
        for (int step = 0; step < STEPS; step++) {
          float[][] logits = together.forward(rows, next);
          for (int i = 0; i < ROWS; i++) {
            float[] alone = apart.forward(new int[] {single[i]}, new int[][] {next[i]})[0];
            differences.add(difference(logits[i], alone));
            assertThat(gap(logits[i], alone)).as("row %d, step %d", i, step).isLessThan(MOST);
            next[i] = new int[] {best(logits[i])};
          }
        }
        differences.sort(null);
        assertThat(differences.get(differences.size() / 2)).isLessThan(TYPICAL);
      }
    }
  }

  /** Largest difference of a logit, of the largest logit. */
  private static double difference(float[] logits, float[] alone) {
    return IntStream.range(0, alone.length)
            .mapToDouble(i -> Math.abs(logits[i] - alone[i]))
            .max()
            .orElseThrow()
        / largest(alone);
  }

  /** How far the token that the batch finds most likely lies below the row's own, likewise. */
  private static double gap(float[] logits, float[] alone) {
    return (alone[best(alone)] - alone[best(logits)]) / largest(alone);
  }

  private static double largest(float[] logits) {
    return IntStream.range(0, logits.length)
        .mapToDouble(i -> Math.abs(logits[i]))
        .max()
        .orElseThrow();
  }

  private static int best(float[] logits) {
    return IntStream.range(0, logits.length)
        .reduce((best, i) -> logits[i] > logits[best] ? i : best)
        .orElseThrow();
  }
}

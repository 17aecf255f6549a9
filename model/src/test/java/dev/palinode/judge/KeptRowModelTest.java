package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.model.network.Transformer;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.Test;

/** The kept row of a guard model, with a real network and its cache. */
class KeptRowModelTest {
  private static final int VOCAB = 40;

  @Test
  void logitsOfTheKeptRow_areThoseOfAFreshOne() {
    SplittableRandom random = new SplittableRandom(3);
    int[] longest = random.ints(200, 0, VOCAB).toArray();
    int[] end = random.ints(20, 0, VOCAB).toArray(); // what a template has behind an answer
    try (Transformer network =
            Transformer.initialise(ModelConfig.llama(VOCAB, 16, 24, 2, 4, 2, 256), 1);
        KeptRow kept = new KeptRow(new TransformerLm(network))) {
      for (int length : new int[] {150, 158, 166, 200, 120, 121, 121, 180}) {
        int[] ids = ArrayUtils.addAll(Arrays.copyOf(longest, length), end);
        try (KeptRow fresh = new KeptRow(new TransformerLm(network))) {
          assertThat(kept.read(ids)).containsExactly(fresh.read(ids), within(1e-4f));
        }
      }
    }
  }
}

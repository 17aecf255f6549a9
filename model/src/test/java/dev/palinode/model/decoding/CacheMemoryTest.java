package dev.palinode.model.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.SequenceBatch;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.config.TinyModels;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.DelegatingLm;
import dev.palinode.testkit.ToyTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What memory the cache of a batch takes, and what is left of it where there is none. */
class CacheMemoryTest {
  private static final ModelConfig CONFIG = TinyModels.LLAMA.config;
  private static final int ALLOCATIONS = 2 * CONFIG.layers(); // keys and values

  /** Tokens that the toy tokenizer knows. */
  private static final SamplingSettings KNOWN =
      SamplingSettings.builder().logitBias(Map.of(2, 99.0, 3, 99.0, 4, 99.0, 5, 99.0)).build();

  private final Transformer network = TinyModels.LLAMA.random(7);
  private final List<Long> taken = new ArrayList<>(); // tokens that an allocation has room for
  private int failing = -1; // which allocation from now on; negative for none

  @AfterEach
  void close() {
    network.close();
  }

  private TransformerBatch newBatch() {
    KvCache cache = new KvCache(CONFIG, DType.F32, Device.CPU, this::allocate);
    return new TransformerBatch(network, cache, new PackedForward(network, cache));
  }

  private Tensor allocate(long[] shape) {
    if (failing-- == 0) {
      throw new IllegalStateException("out of memory");
    }
    taken.add(shape[0] * shape[2]);
    return Tensors.zeros(DType.F32, Device.CPU, shape);
  }

  private long lastTaken() {
    return taken.get(taken.size() - 1);
  }

  private static int[] tokens(int count, long seed) {
    return new Random(seed).ints(count, 0, CONFIG.vocabSize()).toArray();
  }

  private static int[] join(int[] first, int... second) {
    int[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  private static float[] forward(SequenceBatch batch, int row, int... ids) {
    return batch.forward(new int[] {row}, new int[][] {ids})[0];
  }

  /** The logits are those after these tokens, computed without a cache. */
  private void assertAfter(float[] logits, int[] ids) {
    long[] longs = Arrays.stream(ids).asLongStream().toArray();
    try (TensorScope scope = TensorScope.open()) {
      float[] expected =
          network
              .logits(
                  network.hiddenStates(Tensors.of(longs, 1, ids.length)).select(1, ids.length - 1))
              .toFloats();
      for (int id = 0; id < expected.length; id++) {
        assertThat(logits[id]).isCloseTo(expected[id], within(1e-4f));
      }
    }
  }

  /** Two rows, then something that needs a larger cache and does not get it. */
  private void whereMemoryIsShort(Consumer<SequenceBatch> growth, Consumer<SequenceBatch> after) {
    for (int which = 0; which < ALLOCATIONS; which++) {
      try (SequenceBatch batch = newBatch()) {
        forward(batch, batch.add(), tokens(100, 1));
        forward(batch, batch.add(), tokens(20, 2));
        failing = which;

        assertThatThrownBy(() -> growth.accept(batch)).hasMessage("out of memory");

        failing = -1;
        assertThat(batch.length(0)).isEqualTo(100);
        assertThat(batch.length(1)).isEqualTo(20);
        after.accept(batch);
      }
    }
  }

  @Test
  void longerRowWithoutMemory_leavesAllRowsAsTheyWere() {
    int[] more = tokens(60, 3);
    whereMemoryIsShort(
        batch -> forward(batch, 0, more),
        batch -> {
          assertAfter(forward(batch, 1, 5), join(tokens(20, 2), 5));
          assertAfter(forward(batch, 0, 6), join(tokens(100, 1), 6));
          assertAfter(forward(batch, 0, more), join(join(tokens(100, 1), 6), more));
          assertAfter(forward(batch, 1, 7), join(tokens(20, 2), 5, 7));
        });
  }

  @Test
  void copyWithoutMemory_addsNoRow_andLeavesAllAsTheyWere() {
    whereMemoryIsShort(
        batch -> {
          batch.fork(0);
          batch.fork(0); // the third and fourth slot
        },
        batch -> {
          assertAfter(forward(batch, 1, 5), join(tokens(20, 2), 5));
          assertAfter(forward(batch, 0, 6), join(tokens(100, 1), 6));
          int copy = batch.fork(1);
          assertAfter(forward(batch, copy, 7), join(tokens(20, 2), 5, 7));
          assertAfter(forward(batch, 1, 8), join(tokens(20, 2), 5, 8));
        });
  }

  @Test
  void retryOfTheShortRows_needsNoMemory_whileTheLongOneFails() {
    try (SequenceBatch batch = newBatch()) {
      forward(batch, batch.add(), tokens(100, 1));
      forward(batch, batch.add(), tokens(20, 2));
      failing = 3;

      assertThatThrownBy(
              () -> batch.forward(new int[] {0, 1}, new int[][] {tokens(60, 3), tokens(3, 4)}))
          .hasMessage("out of memory");

      failing = 0; // nothing more is given out
      assertAfter(forward(batch, 1, tokens(3, 4)), join(tokens(20, 2), tokens(3, 4)));
    }
  }

  @Test
  void batchThatHasShrunk_givesMemoryBack() {
    try (SequenceBatch batch = newBatch()) {
      for (int i = 0; i < 8; i++) {
        forward(batch, batch.add(), tokens(100, i));
      }
      assertThat(lastTaken()).isEqualTo(8 * 128);
      for (int i = 0; i < 7; i++) {
        batch.remove(i);
      }

      assertAfter(forward(batch, 7, 3), join(tokens(100, 7), 3));

      assertThat(lastTaken()).isEqualTo(128);
    }
  }

  @Test
  void placeOfARowThatLeft_goesToTheNextOne() {
    try (SequenceBatch batch = newBatch()) {
      for (int i = 0; i < 4; i++) {
        forward(batch, batch.add(), tokens(20 + i, i));
      }
      int before = taken.size();
      batch.remove(1);
      batch.remove(3);

      int copy = batch.fork(2);
      assertAfter(forward(batch, copy, 5), join(tokens(22, 2), 5));
      assertAfter(forward(batch, batch.add(), tokens(30, 9)), tokens(30, 9));
      assertAfter(forward(batch, 2, 6), join(tokens(22, 2), 6));
      assertAfter(forward(batch, 0, 7), join(tokens(20, 0), 7));
      assertThat(taken).hasSize(before);
    }
  }

  /** Whatever runs together, no layer takes more than the limit says. */
  @Test
  void limitOfABatch_boundsWhatIsAllocated() {
    long limit = 1024;
    CausalLm model = new Model();
    for (int seed = 0; seed < 3; seed++) {
      taken.clear();
      Random random = new Random(seed);
      List<GenerationRequest> requests = new ArrayList<>();
      for (int i = 0; i < 30; i++) {
        int length = random.nextInt(5) == 0 ? 1 + random.nextInt(150) : 1 + random.nextInt(10);
        GenerationRequest.Builder request =
            GenerationRequest.builder(tokens(length, random.nextLong()))
                .maxNewTokens(1 + random.nextInt(30))
                .sampling(KNOWN);
        if (random.nextInt(4) == 0) {
          int[] negative = tokens(1 + random.nextInt(100), random.nextLong());
          request.guidance(Guidance.of(negative, 2, Guidance.Form.LOG));
        }
        requests.add(request.build());
      }

      List<GenerationEvent> ends =
          new Decoder(model, new ToyTokenizer(), BatchLimits.rows(16).withMaxTokens(limit))
              .generate(requests);

      assertThat(ends).allMatch(GenerationEvent.Finished.class::isInstance);
      assertThat(taken).allMatch(tokens -> tokens <= limit).contains(limit);
    }
  }

  private final class Model extends DelegatingLm {
    Model() {
      super(new TransformerLm(network));
    }

    @Override
    public SequenceBatch newBatch() {
      return CacheMemoryTest.this.newBatch();
    }
  }
}

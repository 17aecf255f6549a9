package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.testkit.FakeCausalLm;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.commons.lang3.ArrayUtils;
import org.junit.jupiter.api.Test;

class KeptRowTest {
  private static final int VOCAB = 12;
  private static final int CONTEXT = 2000;

  private static int[] ids(int seed, int length) {
    return new SplittableRandom(seed).ints(length, 0, VOCAB).toArray();
  }

  private static float[] fresh(int[] ids) {
    return logits(FakeCausalLm.random(VOCAB, CONTEXT), ids);
  }

  /** Texts that share a beginning of some length: longer, shorter, the same, or others. */
  @Property(tries = 100)
  void whateverWasReadBefore_theLogitsAreThoseOfAFreshRow(
      @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 0, max = 300) Integer> shared,
      @ForAll @IntRange(min = 1, max = 300) int added) {
    FakeCausalLm model = FakeCausalLm.random(VOCAB, CONTEXT);
    try (KeptRow row = new KeptRow(model)) {
      int[] last = {};
      for (int i = 0; i < shared.size(); i++) {
        int kept = Math.min(shared.get(i), last.length);
        int more = kept == 0 ? added : added * (i % 3); // none, once or twice as many
        last = ArrayUtils.addAll(Arrays.copyOf(last, kept), ids(i, more));

        assertThat(row.read(last)).containsExactly(fresh(last));
      }
      assertThat(model.openRows()).isEqualTo(1);
    }
    assertThat(model.openRows()).isZero();
  }

  @Test
  void onlyWhatIsNew_isRead() {
    FakeCausalLm model = FakeCausalLm.random(VOCAB, CONTEXT);
    int[] begin = ids(1, 500);
    try (KeptRow row = new KeptRow(model)) {
      row.read(ArrayUtils.addAll(begin, 1, 2, 3));
      assertThat(model.tokensRead()).isEqualTo(503);
      row.read(ArrayUtils.addAll(begin, 1, 2, 4, 5));
      assertThat(model.tokensRead()).isEqualTo(503 + 2);
      row.read(begin); // the last token, for its logits
      assertThat(model.tokensRead()).isEqualTo(503 + 2 + 1);
      row.read(begin);
      assertThat(model.tokensRead()).isEqualTo(503 + 2 + 1 + 1);
    }
  }

  @Test
  void anInterrupt_endsReadingBetweenTwoPieces_andWhatWasReadIsKept() {
    AtomicInteger calls = new AtomicInteger();
    FakeCausalLm random = FakeCausalLm.random(VOCAB, CONTEXT);
    FakeCausalLm model =
        new FakeCausalLm(
            VOCAB,
            CONTEXT,
            tokens -> {
              if (calls.incrementAndGet() == 2) {
                Thread.currentThread().interrupt();
              }
              return logits(random, tokens);
            });
    int[] ids = ids(1, 5 * KeptRow.PIECE);
    try (KeptRow row = new KeptRow(model)) {
      assertThatThrownBy(() -> row.read(ids)).isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue(); // and no longer
      assertThat(model.tokensRead()).isEqualTo(2 * KeptRow.PIECE);

      assertThat(row.read(ids)).containsExactly(fresh(ids));
      assertThat(model.tokensRead()).isEqualTo(ids.length);
    }
  }

  @Test
  void aModelThatFails_leavesNothingBehind() {
    AtomicInteger calls = new AtomicInteger();
    FakeCausalLm random = FakeCausalLm.random(VOCAB, CONTEXT);
    FakeCausalLm model =
        new FakeCausalLm(
            VOCAB,
            CONTEXT,
            tokens -> {
              if (calls.incrementAndGet() == 2) {
                throw new IllegalStateException("out of memory");
              }
              return logits(random, tokens);
            });
    int[] ids = IntStream.range(0, 3 * KeptRow.PIECE).map(i -> i % VOCAB).toArray();
    try (KeptRow row = new KeptRow(model)) {
      assertThatThrownBy(() -> row.read(ids)).hasMessage("out of memory");
      assertThat(model.openRows()).isZero();

      assertThat(row.read(ids)).containsExactly(fresh(ids));
    }
  }

  private static float[] logits(FakeCausalLm model, int[] tokens) {
    try (SequenceBatch batch = model.newBatch()) {
      return batch.forward(new int[] {batch.add()}, new int[][] {tokens})[0];
    }
  }
}

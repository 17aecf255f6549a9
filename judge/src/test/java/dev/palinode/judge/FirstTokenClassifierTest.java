package dev.palinode.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.judge.FirstTokenClassifier.Reading;
import dev.palinode.testkit.FakeCausalLm;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FirstTokenClassifierTest extends TokenizerFixture {
  private static final int[] PROMPT = {1, 2};

  /** Logits that give these probabilities to ids 0, 1, 2 and so on. */
  private static float[] logits(double... probabilities) {
    float[] logits = new float[tokenizer.vocabSize()];
    Arrays.fill(logits, Float.NEGATIVE_INFINITY);
    for (int id = 0; id < probabilities.length; id++) {
      logits[id] = (float) Math.log(probabilities[id]);
    }
    return logits;
  }

  private static Reading read(FakeCausalLm model, int[] safe, int[] unsafe) {
    try (KeptRow row = new KeptRow(model)) {
      return new FirstTokenClassifier(tokenizer, safe, unsafe).read(row, PROMPT);
    }
  }

  private static FakeCausalLm model(java.util.function.Function<int[], float[]> next) {
    return new FakeCausalLm(tokenizer.vocabSize(), 20, next);
  }

  @Test
  void wordsThatBeginApart_areReadFromTheFirstToken() {
    Reading reading =
        read(model(tokens -> logits(0.1, 0.6, 0.2, 0.1)), new int[] {2, 7}, new int[] {1, 8});

    assertThat(reading.mass()).isEqualTo(0.8, within(1e-6));
    assertThat(reading.unsafe()).isEqualTo(0.75, within(1e-6));
    assertThat(reading.soFar()).containsExactly(1, 2, 1, 8);
  }

  /** Half the time the shared token; behind it 0.9 for the two words, 0.3 of it for unsafe. */
  @Test
  void wordsThatBeginAlike_areReadWhereTheyPart() {
    FakeCausalLm model =
        model(tokens -> tokens.length == 2 ? logits(0.2, 0.3, 0.1, 0.4) : logits(0.6, 0.1, 0, 0.3));

    Reading reading = read(model, new int[] {1, 0}, new int[] {1, 3, 5});

    assertThat(reading.mass()).isEqualTo(0.3 * 0.9, within(1e-6));
    assertThat(reading.unsafe()).isEqualTo(0.3 / 0.9, within(1e-6));
    assertThat(reading.soFar()).containsExactly(1, 2, 1, 3, 5);
  }

  @Test
  void anEmptyLineBeforeTheWord_isSteppedOver() {
    int blank = tokenizer.encodeText("\n\n")[0];
    FakeCausalLm model =
        model(
            tokens -> {
              float[] next = logits(0.5, 0.25, 0.25);
              next[blank] = tokens.length == 2 ? 5 : -5;
              return next;
            });

    Reading reading = read(model, new int[] {0}, new int[] {1});

    assertThat(reading.unsafe()).isEqualTo(1.0 / 3, within(1e-6));
    assertThat(reading.soFar()).containsExactly(1, 2, blank, 1);
  }

  @Test
  void damagedLogits_haveNoMass() {
    float[] damaged = new float[tokenizer.vocabSize()];
    Arrays.fill(damaged, Float.NaN);

    assertThat(read(model(tokens -> damaged), new int[] {0}, new int[] {1}).mass()).isNaN();
  }

  @Test
  void wordsThatNothingTellsApart_areAnError() {
    assertThatThrownBy(() -> new FirstTokenClassifier(tokenizer, new int[] {4}, new int[] {4, 5}))
        .hasMessage("the tokenizer has no tokens that tell safe from unsafe: [4] and [4, 5]");
    assertThatThrownBy(() -> new FirstTokenClassifier(tokenizer, new int[] {4}, new int[] {4}))
        .hasMessageContaining("tell safe from unsafe");
  }
}

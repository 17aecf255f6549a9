package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.Guidance.Form;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.testkit.FakeCausalLm;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import org.junit.jupiter.api.Test;

class GuidanceTest {
  private static final int[] PROMPT = {2, 3};
  private static final int[] NEGATIVE = {4, 5, 6};

  private static GenerationRequest.Builder sampled(long seed) {
    return GenerationRequest.builder(PROMPT)
        .maxNewTokens(20)
        .sampling(SamplingSettings.temperature(1))
        .seed(seed);
  }

  private static Finished run(FakeCausalLm model, GenerationRequest request) {
    return (Finished) new Decoder(model, 2).generate(List.of(request)).get(0);
  }

  @Test
  void scaleOne_isPlain_andCostsNothing() {
    FakeCausalLm plain = FakeCausalLm.random(8, 40);
    FakeCausalLm guided = FakeCausalLm.random(8, 40);
    for (Form form : Form.values()) {
      assertThat(
              run(guided, sampled(1).guidance(Guidance.of(NEGATIVE, 1, form)).build())
                  .transcript()
                  .raw())
          .isEqualTo(run(plain, sampled(1).build()).transcript().raw());
    }
    assertThat(guided.tokensRead()).isEqualTo(plain.tokensRead());
  }

  @Test
  void scaleZero_isTheNegativeContextAlone() {
    FakeCausalLm model = FakeCausalLm.random(8, 40);
    int[] negative = run(model, sampled(1).prompt(NEGATIVE).build()).transcript().raw();
    for (Form form : Form.values()) {
      assertThat(
              run(model, sampled(1).guidance(Guidance.of(NEGATIVE, 0, form)).build())
                  .transcript()
                  .raw())
          .isEqualTo(negative);
    }
  }

  @Test
  void firstTokensOnly_readsTheNegativeContextNoFurther() {
    FakeCausalLm model = FakeCausalLm.random(8, 40);
    Guidance first = Guidance.of(NEGATIVE, 3, Form.LOG).ofFirst(5);

    run(model, sampled(1).guidance(first).build());

    int positive = PROMPT.length + 20 - 1; // the last token is not read
    int negative = NEGATIVE.length + 5 - 1;
    assertThat(model.tokensRead()).isEqualTo(positive + negative);
  }

  @Test
  void negativeContextThatIsNoLongerRead_endsNothing() {
    int context = 12;
    int[] longNegative = {4, 5, 6, 4, 5, 6, 4, 5, 6};
    FakeCausalLm model = FakeCausalLm.random(8, context);
    Guidance first = Guidance.of(longNegative, 3, Form.LOG).ofFirst(2);

    Finished end = run(model, sampled(1).guidance(first).build());

    // Prompt and answer fill the context; the negative prompt and two tokens would have, too soon.
    assertThat(end.transcript().visible()).hasSize(context - PROMPT.length);
    assertThat(end.reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Test
  void negativeContextThatIsStillRead_endsTheAnswerWhereItIsFull() {
    int[] longNegative = {4, 5, 6, 4, 5, 6, 4, 5, 6};
    Guidance whole = Guidance.of(longNegative, 3, Form.LOG);

    Finished end = run(FakeCausalLm.random(8, 12), sampled(1).guidance(whole).build());

    assertThat(end.transcript().visible()).hasSize(12 - longNegative.length);
    assertThat(end.reason()).isEqualTo(FinishReason.LENGTH);
  }

  @Property(tries = 50)
  void probabilityForm_isByItsFormula(@ForAll @DoubleRange(max = 5) double scale) {
    float[] p = {0.2f, 0.5f, 0.3f, 0f};
    float[] n = {0.4f, 0.1f, 0.25f, 0.25f};

    float[] logits = Guidance.of(NEGATIVE, scale, Form.PROBABILITY).combine(log(p), log(n));

    for (int id = 0; id < p.length; id++) {
      double expected = Math.max(0, n[id] + scale * (p[id] - n[id]));
      assertThat(Math.exp(logits[id])).isCloseTo(expected, within(1e-6));
    }
  }

  @Property(tries = 50)
  void logForm_isByItsFormula_andLeavesImpossibleTokensImpossible(
      @ForAll @DoubleRange(max = 5) double scale) {
    float[] p = {0.2f, 0.5f, 0.3f, 0f};
    float[] n = {0.4f, 0.1f, 0.5f, 0f};

    float[] logits = Guidance.of(NEGATIVE, scale, Form.LOG).combine(log(p), log(n));

    for (int id = 0; id < 3; id++) {
      double expected = Math.log(n[id]) + scale * (Math.log(p[id]) - Math.log(n[id]));
      assertThat((double) logits[id]).isCloseTo(expected, within(1e-5));
    }
    assertThat(logits[3]).isEqualTo(Float.NEGATIVE_INFINITY);
  }

  /** Logits of a model are not normalised: neither are these. */
  private static float[] log(float[] probabilities) {
    float[] logits = new float[probabilities.length];
    for (int i = 0; i < logits.length; i++) {
      logits[i] = (float) Math.log(probabilities[i]) + 2.5f;
    }
    return logits;
  }

  @Test
  void batchOfOneRow_cannotGuide() {
    GenerationRequest request = sampled(1).guidance(Guidance.of(NEGATIVE, 2, Form.LOG)).build();
    GenerationEvent end =
        new Decoder(FakeCausalLm.random(8, 40), 1).generate(List.of(request)).get(0);

    assertThat(((Failed) end).cause()).hasMessageContaining("takes 2 rows");
  }

  @Test
  void scaleOutOfRange_isRefused() {
    assertThatThrownBy(() -> Guidance.of(NEGATIVE, -1, Form.LOG)).hasMessageContaining("-1.0");
    assertThatThrownBy(() -> Guidance.of(new int[0], 2, Form.LOG)).hasMessageContaining("empty");
  }
}

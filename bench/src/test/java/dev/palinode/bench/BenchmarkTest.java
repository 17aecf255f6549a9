package dev.palinode.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import dev.palinode.tensor.Device;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import dev.palinode.testkit.FakeCausalLm;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * That the figures are those of what they claim to measure; not how fast anything is. What compares
 * times is tagged slow: it fails on a machine that is busy.
 */
class BenchmarkTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(40, 32, 48, 2, 4, 2, 64);

  @Test
  void limits_followFromTheMachineAndTheModel() {
    try (Transformer trainable = Transformer.initialise(CONFIG, 1);
        Transformer model = trainable.forInference(WeightType.F32);
        MachineSpeed machine = new MachineSpeed(Device.CPU)) {
      ModelSpeed speed = new ModelSpeed(model, machine, 3);
      ModelSpeed.Figure decode = speed.decode(2, 2);
      ModelSpeed.Figure prefill = speed.prefill(16);

      assertThat(decode.tokensPerSecond()).isPositive();
      assertThat(decode.limit()).isPositive();
      assertThat(decode.ofLimit()).isCloseTo(decode.tokensPerSecond() / decode.limit(), within(0.));
      assertThat(prefill.tokensPerSecond()).isPositive();
      assertThat(prefill.limit()).isPositive();
      long perBlock = 32 * 32 * 2 + 2 * 16 * 32 + 3 * 32 * 48;
      assertThat(model.config().matrixElements()).isEqualTo(2 * perBlock + 40 * 32);
      assertThat(model.matrixBytes()).isEqualTo(4 * model.config().matrixElements());
    }
  }

  /** On a model that takes two milliseconds for each row. */
  @Test
  @Tag("slow")
  void decodingFigures_areOfTheLoop() {
    FakeCausalLm slow =
        new FakeCausalLm(
            50,
            200,
            tokens -> {
              LockSupport.parkNanos(2_000_000);
              return new float[50];
            });
    DecodingSpeed speed = new DecodingSpeed(slow, 3);

    DecodingSpeed.Step step = speed.step(2, SamplingSettings.GREEDY, 10);

    assertThat(step.millis()).isGreaterThan(4);
    assertThat(step.loopMillis()).isBetween(0.0, step.millis() - 4);
    assertThat(speed.guidance(10)).isBetween(1.4, 2.8);
    assertThat(speed.reset(UndoPolicy.Context.KEPT, 30)).isBetween(0.6, 1.7);
    assertThat(speed.together(3, 8)).isBetween(0.6, 1.7);
    assertThat(speed.samples(3, 40)).isBetween(2.0, 4.0); // it takes as long for a token as for 40
  }

  @Test
  void quality_isPerplexityAndAgreementOfTheTwoForms() {
    int[] ids = new Random(1).ints(150, 0, 40).toArray();
    try (Transformer exact = Transformer.initialise(CONFIG, 1);
        Transformer same = exact.forInference(WeightType.F32);
        Transformer other = Transformer.initialise(CONFIG, 2)) {
      WeightQuality none = WeightQuality.compare(exact, same, ids);
      WeightQuality much = WeightQuality.compare(exact, other, ids);

      assertThat(none.tokens()).isEqualTo(63 + 63 + 21); // pieces of the context's length
      assertThat(none.agreement()).isEqualTo(1);
      assertThat(none.perplexity()).isCloseTo(none.exactPerplexity(), within(1e-3));
      assertThat(none.exactPerplexity()).isCloseTo(perplexity(exact, ids), within(1e-2));
      assertThat(much.agreement()).isLessThan(0.6);
    }
  }

  /** By the definition, token by token. */
  private static double perplexity(Transformer model, int[] ids) {
    double loss = 0;
    int count = 0;
    for (int start = 0; start < ids.length; start += 64) {
      for (int end = start + 1; end < Math.min(ids.length, start + 64); end++) {
        long[] before = Arrays.stream(ids, start, end).asLongStream().toArray();
        try (TensorScope scope = TensorScope.open()) {
          float[] logits =
              model
                  .logits(
                      model
                          .hiddenStates(Tensors.of(before, 1, before.length))
                          .select(1, before.length - 1))
                  .toFloats();
          double sum = 0;
          for (float logit : logits) {
            sum += Math.exp(logit);
          }
          loss -= logits[ids[end]] - Math.log(sum);
          count++;
        }
      }
    }
    return Math.exp(loss / count);
  }

  @Test
  void shapes_areFoundByName() {
    assertThat(ModelShape.parse("110M").config().hiddenSize()).isEqualTo(768);
    assertThatThrownBy(() -> ModelShape.parse("7b")).hasMessageContaining("15m, 110m, 1b");
  }
}

package dev.palinode.decode.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingSettingsTest {
  private static void assertRefused(SamplingSettings.Builder builder, String message) {
    assertThatThrownBy(builder::build)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  private static SamplingSettings.Builder builder() {
    return SamplingSettings.builder();
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void temperature_outOfRange_isRefused(double temperature) {
    assertThatThrownBy(() -> SamplingSettings.temperature(temperature))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature is " + temperature);
  }

  @Test
  void topK_outOfRange_isRefused() {
    assertRefused(builder().topK(-1), "topK is -1: expected 0 (off) or");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -0.1, 1.01, Double.NaN})
  void topP_outOfRange_isRefused(double topP) {
    assertRefused(builder().topP(topP), "topP is " + topP + ": expected above 0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.01, Double.NaN})
  void minP_outOfRange_isRefused(double minP) {
    assertRefused(builder().minP(minP), "minP is " + minP + ": expected 0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.POSITIVE_INFINITY, Double.NaN})
  void repetitionPenalty_outOfRange_isRefused(double penalty) {
    assertRefused(
        builder().repetitionPenalty(penalty),
        "repetitionPenalty is " + penalty + ": expected a number above 0");
  }

  @ParameterizedTest
  @ValueSource(doubles = {-2.1, 2.1, Double.NaN})
  void penaltiesOfOpenAi_outOfRange_areRefused(double penalty) {
    assertRefused(
        builder().presencePenalty(penalty), "presencePenalty is " + penalty + ": expected -2 to 2");
    assertRefused(
        builder().frequencyPenalty(penalty),
        "frequencyPenalty is " + penalty + ": expected -2 to 2");
  }

  @ParameterizedTest
  @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, 1e39})
  void bias_thatIsNoNumber_isRefused(double bias) {
    assertRefused(builder().logitBias(Map.of(3, bias)), "logit bias " + bias + " for token 3");
  }

  @Test
  void negativeIds_areRefused() {
    assertRefused(
        builder().logitBias(Map.of(-1, 1.0)), "for token -1: expected a number for an id");
  }

  @Test
  void toBuilder_keepsEverything() {
    SamplingSettings all = new SamplingSettings(0.5, 4, 0.9, 0.1, 1.2, -1, 2, Map.of(1, 2.0));

    assertThat(all.toBuilder().build()).isEqualTo(all);
    assertThat(all.withBias(2, -1))
        .isEqualTo(all.toBuilder().logitBias(Map.of(1, 2.0, 2, -1.0)).build());
  }

  @Test
  void greedy_hasEverythingOff() {
    assertThat(SamplingSettings.GREEDY)
        .isEqualTo(new SamplingSettings(0, 0, 1, 0, 1, 0, 0, Map.of()));
  }

  @Test
  void requireWithin_namesTheFirstIdThatIsMissing() {
    assertMissing(builder().logitBias(Map.of(12, 1.0, 10, 1.0, 9, 1.0)), "logit bias for token 10");
    assertThatCode(() -> builder().logitBias(Map.of(9, 1.0)).build().requireWithin(10))
        .doesNotThrowAnyException();
  }

  private static void assertMissing(SamplingSettings.Builder builder, String message) {
    SamplingSettings settings = builder.build();
    assertThatThrownBy(() -> settings.requireWithin(10))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message + ": the model has ids 0 to 9");
  }
}

package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplingSettingsTest {
  @ParameterizedTest
  @ValueSource(doubles = {-0.1, Double.NaN, Double.POSITIVE_INFINITY})
  void temperature_outOfRange_isRefused(double temperature) {
    assertThatThrownBy(() -> SamplingSettings.temperature(temperature))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("temperature is " + temperature);
  }

  @Test
  void bias_thatIsNoNumber_isRefused() {
    assertThatThrownBy(() -> new SamplingSettings(0, Map.of(3, Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("token 3");
  }
}

package dev.palinode.model.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Frequencies of a head of 16 dimensions with base 10000, as transformers 5.18's {@code
 * ROPE_INIT_FUNCTIONS} computes them from the same JSON.
 */
class RopeScalingTest {
  static Stream<Arguments> scalings() {
    String longRope =
        """
        {"rope_type": "longrope", "original_max_position_embeddings": 512,
         "short_factor": [1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7],
         "long_factor": [1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5]}
        """;
    return Stream.of(
        Arguments.of(
            """
            {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 1024}
            """,
            4096,
            1.138629436111989,
            new double[] {
              1.0, 0.3162278, 0.08125, 0.01976424, 0.004375, 0.0007905695, 0.00025, 7.905695e-05
            }),
        Arguments.of(
            """
            {"type": "yarn", "factor": 8.0, "original_max_position_embeddings": 512,
             "beta_fast": 16.0, "beta_slow": 2.0, "truncate": false,
             "mscale": 0.7, "mscale_all_dim": 0.5}
            """,
            4096,
            1.0376719952405395,
            new double[] {
              1.0, 0.3162278, 0.07160846, 0.007324998, 0.00125, 0.0003952847, 0.000125, 3.952847e-05
            }),
        Arguments.of(
            """
            {"type": "linear", "factor": 4.0}
            """,
            4096,
            1.0,
            new double[] {
              0.25, 0.07905694, 0.025, 0.007905695, 0.0025, 0.0007905695, 0.00025, 7.905695e-05
            }),
        Arguments.of(
            """
            {"rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0,
             "high_freq_factor": 4.0, "original_max_position_embeddings": 512}
            """,
            4096,
            1.0,
            new double[] {
              1.0, 0.3162278, 0.1, 0.01849668, 0.00125, 0.0003952847, 0.000125, 3.952847e-05
            }),
        Arguments.of(
            longRope,
            512,
            1.1547005383792515,
            new double[] {
              1.0,
              0.2874798,
              0.08333334,
              0.02432521,
              0.007142857,
              0.002108185,
              0.000625,
              0.0001860163
            }),
        Arguments.of(
            longRope,
            4096,
            1.1547005383792515,
            new double[] {
              1.0, 0.2108185, 0.05, 0.01264911, 0.003333333, 0.0009035079, 0.00025, 7.027284e-05
            }));
  }

  private static RopeScaling parse(String scaling) throws IOException {
    JsonNode json =
        new ObjectMapper()
            .readTree(
                "{\"max_position_embeddings\": 4096, \"rope_theta\": 10000.0, \"rope_scaling\": "
                    + scaling
                    + "}");
    return RopeJson.parse(json).scaling();
  }

  @ParameterizedTest
  @MethodSource("scalings")
  void frequenciesAndMagnitude_areThoseOfTransformers(
      String json, int contextLength, double magnitude, double[] expected) throws IOException {
    RopeScaling scaling = parse(json);

    double[] frequencies = scaling.frequencies(10_000, 16, contextLength);

    assertThat(scaling.magnitude()).isCloseTo(magnitude, within(1e-9));
    assertThat(frequencies).hasSize(8);
    for (int i = 0; i < frequencies.length; i++) {
      assertThat(frequencies[i]).isCloseTo(expected[i], within(1e-6 * expected[i]));
    }
  }

  @Test
  void unknownType_isNamed() {
    assertThatThrownBy(() -> parse("{\"rope_type\": \"dynamic\", \"factor\": 2.0}"))
        .hasMessageContaining("rope_type is \"dynamic\"")
        .hasMessageContaining("longrope");
  }

  @Test
  void longRopeForAnotherHeadSize_isRefused() throws IOException {
    RopeScaling scaling =
        parse(
            "{\"type\": \"su\", \"original_max_position_embeddings\": 512,"
                + " \"short_factor\": [1.0], \"long_factor\": [2.0, 1]}");

    assertThatThrownBy(() -> scaling.requireFits(16))
        .hasMessageContaining("short_factor has 1")
        .hasMessageContaining("8");
  }
}

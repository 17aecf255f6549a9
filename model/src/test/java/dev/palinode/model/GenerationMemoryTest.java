package dev.palinode.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.testkit.ResidentMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationMemoryTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(300, 64, 128, 3, 4, 2, 128);

  @Test
  void thousandGenerations_keepResidentMemoryFlat() {
    try (Transformer network = Transformer.initialise(CONFIG, 1)) {
      assertFlat(network);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  void inTheFormForInference_too(WeightType type) {
    try (Transformer trainable = Transformer.initialise(CONFIG, 1);
        Transformer network = trainable.forInference(type)) {
      assertFlat(network);
    }
  }

  private static void assertFlat(Transformer network) {
    Decoder decoder = new Decoder(new TransformerLm(network), 8);
    generate(decoder, 500);
    long before = ResidentMemory.bytes();

    generate(decoder, 1000);

    // A batch's cache alone takes 3 MB, and each of the 2,500 steps makes as much of tensors; what
    // the JVM and the library still learn on the way takes up to 16.
    assertThat(ResidentMemory.bytes() - before).isLessThan(32L << 20);
  }

  private static void generate(Decoder decoder, int count) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(
          GenerationRequest.builder(1 + i % 200, 2, 3)
              .maxNewTokens(20)
              .stopIds(Set.of(0))
              .sampling(SamplingSettings.temperature(1))
              .seed(i)
              .build());
      if (requests.size() == 40) { // a fresh cache for each 40
        decoder.generate(requests);
        requests.clear();
      }
    }
    if (!requests.isEmpty()) {
      decoder.generate(requests);
    }
  }
}

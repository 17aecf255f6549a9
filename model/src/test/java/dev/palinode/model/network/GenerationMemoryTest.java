package dev.palinode.model.network;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.BatchLimits;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.DecodingService;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.GuardPolicy;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Verdict;
import dev.palinode.model.config.ModelConfig;
import dev.palinode.model.decoding.TransformerLm;
import dev.palinode.testkit.ResidentMemory;
import dev.palinode.testkit.ToyTokenizer;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GenerationMemoryTest {
  private static final ModelConfig CONFIG = ModelConfig.llama(300, 64, 128, 3, 4, 2, 128);

  @Test
  void hundredsOfGenerations_keepResidentMemoryFlat() {
    try (Transformer network = Transformer.initialise(CONFIG, 1)) {
      assertFlat(network, 500);
    }
  }

  @Test
  void inTheFormForInference_too() {
    inTheFormForInference(WeightType.INT8, 500);
  }

  @ParameterizedTest
  @EnumSource(names = {"F32", "INT8"})
  @Tag("slow")
  void thousandsInTheFormForInference_too(WeightType type) {
    inTheFormForInference(type, 3000);
  }

  private static void inTheFormForInference(WeightType type, int generations) {
    try (Transformer trainable = Transformer.initialise(CONFIG, 1);
        Transformer network = trainable.forInference(type)) {
      assertFlat(network, generations);
    }
  }

  /** One batch that never empties, under undo, guidance and guards. */
  @Test
  void ofAServiceThatIsAlwaysBusy() throws InterruptedException {
    assertServiceStaysFlat(600);
  }

  @Test
  @Tag("slow")
  void ofAServiceThatIsBusyForLong() throws InterruptedException {
    assertServiceStaysFlat(3000);
  }

  private static void assertServiceStaysFlat(int generations) throws InterruptedException {
    try (Transformer trainable = Transformer.initialise(CONFIG, 1);
        Transformer network = trainable.forInference(WeightType.F32);
        DecodingService service =
            new DecodingService(
                new TransformerLm(network), new ToyTokenizer(), BatchLimits.rows(8), 16)) {
      serve(service, 300);
      long before = ResidentMemory.bytes();

      serve(service, generations);

      assertThat(ResidentMemory.bytes() - before).isLessThan(32L << 20);
    }
  }

  private static void serve(DecodingService service, int count) throws InterruptedException {
    GuardPolicy guards =
        new GuardPolicy(
            List.of(
                (text, complete) -> text.contains("bad") ? Verdict.unsafe("bad") : Verdict.safe()),
            4,
            new GuardPolicy.Rewind(Optional.empty()),
            2,
            TokenIds.of(2),
            Duration.ofSeconds(20));
    List<DecodingService.Generation> last = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      GenerationRequest.Builder request =
          GenerationRequest.builder(1 + i % 200, 2, 3)
              .maxNewTokens(20)
              .sampling(
                  SamplingSettings.builder()
                      .temperature(1)
                      .logitBias(
                          IntStream.range(1, ToyTokenizer.SIZE)
                              .boxed()
                              .collect(Collectors.toMap(id -> id, id -> 99.0)))
                      .build())
              .undo(UndoPolicy.onReset(ToyTokenizer.RESET, 3))
              .seed(i);
      if (i % 3 == 0) {
        request.guidance(Guidance.of(new int[] {5, 6}, 2, Guidance.Form.LOG));
      }
      if (i % 3 == 1) {
        request.guards(guards);
      }
      last.add(service.submit(request.build(), event -> {}));
      if (last.size() == 16) {
        last.remove(0).end().join();
      }
    }
    for (DecodingService.Generation each : last) {
      assertThat(each.end().join()).isInstanceOf(GenerationEvent.Finished.class);
    }
  }

  private static void assertFlat(Transformer network, int generations) {
    Decoder decoder = new Decoder(new TransformerLm(network), 8);
    generate(decoder, 300);
    long before = ResidentMemory.bytes();

    generate(decoder, generations);

    // A batch's cache alone takes 3 MB, and each of 1,250 steps makes as much of tensors; what the
    // JVM and the library still learn on the way takes up to 16.
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

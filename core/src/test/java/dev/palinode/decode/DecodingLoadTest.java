package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DecodingLoadTest {
  private final CountDownLatch submitted = new CountDownLatch(1);
  private final CountDownLatch third = new CountDownLatch(3);
  private final CountDownLatch goOn = new CountDownLatch(1);

  @Test
  void load_tellsQueueBatchAndCache() throws Exception {
    FakeCausalLm model = FakeCausalLm.random(ToyTokenizer.SIZE, 100);
    List<DecodingService.Generation> all = new ArrayList<>();
    try (DecodingService service =
        new DecodingService(model, new ToyTokenizer(), BatchLimits.rows(3), 8)) {
      GenerationRequest plain = GenerationRequest.builder(2, 3).maxNewTokens(10).build();
      GenerationRequest guided =
          plain.toBuilder()
              .guidance(Guidance.of(new int[] {4, 2, 3}, 2, Guidance.Form.LOG))
              .build();
      all.add(service.submit(guided, this::pause));
      all.add(service.submit(plain, event -> {}));
      all.add(service.submit(plain, event -> {}));
      submitted.countDown();
      third.await();

      // Two requests in three rows of up to 13 tokens.
      assertThat(service.load()).isEqualTo(new DecodingLoad(1, 2, 3, 3 * 13));
      goOn.countDown();
      for (DecodingService.Generation each : all) {
        each.end().get();
      }
      while (!service.load().equals(DecodingLoad.NONE)) {
        Thread.sleep(1); // its last step is about to end
      }
    }
  }

  /** Waits in the first step for all requests, and in the third for the test. */
  private void pause(GenerationEvent event) {
    if (event instanceof Token) {
      third.countDown();
      try {
        submitted.await();
        if (third.getCount() == 0) {
          goOn.await();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}

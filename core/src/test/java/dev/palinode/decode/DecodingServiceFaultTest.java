package dev.palinode.decode;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.testkit.FakeCausalLm;
import dev.palinode.testkit.ToyTokenizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The {@link ServiceLoad} on a fake model, whose logits do not depend on the batch. */
@Tag("fault")
class DecodingServiceFaultTest {
  @Test
  void loadOfAllKinds_endsEveryRequest_withTheAnswerItGetsAlone() throws Exception {
    FakeCausalLm model = FakeCausalLm.random(ToyTokenizer.SIZE, 60);

    new ServiceLoad(
            "a service over a fake model",
            model,
            new ToyTokenizer(),
            prompts(),
            ToyTokenizer.EOS,
            ToyTokenizer.RESET)
        .run(0.25);

    assertThat(model.openRows()).isZero();
  }

  /** Half of them begin alike. */
  private static List<int[]> prompts() {
    SplittableRandom random = new SplittableRandom(5);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      int[] prompt = new int[1 + random.nextInt(30)];
      Arrays.setAll(prompt, place -> 2 + random.nextInt(ToyTokenizer.SIZE - 2));
      Arrays.fill(prompt, 0, i % 2 == 0 ? 0 : prompt.length - 1, 3);
      prompts.add(prompt);
    }
    return prompts;
  }
}

package dev.palinode.demo.safety;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.chat.Message;
import dev.palinode.decode.DelayCalibrator;
import dev.palinode.decode.GenerationEvent;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.demo.Part;
import dev.palinode.model.LoadedModel;
import dev.palinode.token.Transcript;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Decoding settings do to a trained backtracking model what they are meant to. */
class ShippedModelDecodingTest {
  private static final int MAX_NEW_TOKENS = 64;
  private static final SafetySplit SPLIT = new SafetySplit(1);

  private static LoadedModel model;

  @BeforeAll
  static void open() throws IOException {
    Path root = Path.of(System.getProperty("palinode.root", ".."));
    model = LoadedModel.open(root.resolve("models/safety-world"));
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static GenerationRequest.Builder request(String prompt) {
    return model.chat(List.of(Message.user(prompt))).maxNewTokens(MAX_NEW_TOKENS);
  }

  private static List<Finished> answer(List<GenerationRequest> requests) {
    List<Finished> answers = new ArrayList<>();
    for (GenerationEvent end : model.decoder(150).generate(requests)) {
      answers.add((Finished) end);
    }
    return answers;
  }

  /** A larger bias makes no prompt reset less: a greedy text is the same up to its first reset. */
  @Test
  void resetBias_movesResetsMonotonically() {
    List<String> prompts = new ArrayList<>();
    prompts.addAll(SPLIT.hazards(Part.TEST, 60).prompts());
    prompts.addAll(SPLIT.ordinary(Part.TEST, 60).prompts());
    int[] before = new int[prompts.size()];
    List<Integer> totals = new ArrayList<>();
    for (int bias = -5; bias <= 5; bias++) {
      SamplingSettings biased =
          SamplingSettings.GREEDY.withBias(model.resetId().orElseThrow(), bias);
      List<Finished> answers =
          answer(prompts.stream().map(each -> request(each).sampling(biased).build()).toList());
      int total = 0;
      for (int i = 0; i < before.length; i++) {
        int resets = answers.get(i).usage().resets();
        assertThat(resets)
            .as("bias %d: %s", bias, prompts.get(i))
            .isGreaterThanOrEqualTo(before[i]);
        before[i] = resets;
        total += resets;
      }
      totals.add(total);
    }
    System.out.println("resets of 120 answers by bias -5 to 5: " + totals);
    assertThat(totals.get(0)).isLessThan(totals.get(5));
    assertThat(totals.get(5)).isLessThan(totals.get(10));
  }

  @Test
  void heldBackStream_sendsNoMoreDiscardedTokensThanPromised() {
    List<String> prompts = SPLIT.hazards(Part.TEST, 150).prompts();
    List<List<Transcript>> answered = new ArrayList<>(); // by prompt
    prompts.forEach(prompt -> answered.add(new ArrayList<>()));
    for (int sample = 0; sample < 8; sample++) {
      List<GenerationRequest> requests = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        requests.add(
            request(prompts.get(i))
                .sampling(SamplingSettings.temperature(1))
                .seed(1000L * sample + i)
                .build());
      }
      List<Finished> answers = answer(requests);
      for (int i = 0; i < prompts.size(); i++) {
        answered.get(i).add(answers.get(i).transcript());
      }
    }
    List<List<Transcript>> recorded = answered.subList(0, 75);
    List<List<Transcript>> unseen = answered.subList(75, 150);
    for (double share : new double[] {0.2, 0.1, 0.05}) {
      DelayCalibrator calibration =
          DelayCalibrator.of(recorded, share, MAX_NEW_TOKENS).orElseThrow();
      System.out.printf(
          "at most %.2f of discarded tokens: window %d, %.4f on the record of %d, %.4f unseen%n",
          share,
          calibration.window(),
          calibration.sentShare(),
          calibration.discarded(),
          calibration.sentShare(unseen));
      assertThat(calibration.sentShare(unseen)).isLessThanOrEqualTo(share);
    }
  }
}

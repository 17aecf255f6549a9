package dev.palinode.bench;

import dev.palinode.decode.CausalLm;
import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * The cost of the decoding loop besides the model, and of undo, guidance and batching relative to
 * one step. Ratios compare medians of one run, measured alternately.
 */
final class DecodingSpeed {
  private static final int PROMPT = 32;

  /** Calls at the beginning that are not counted: the prompts, and warm-up. */
  private static final int WARM_UP = 4;

  private final CausalLm model;
  private final int rounds;

  /**
   * @param rounds of each measurement, at least 1
   */
  DecodingSpeed(CausalLm model, int rounds) {
    this.model = model;
    this.rounds = rounds;
  }

  /**
   * The time of a decoding step.
   *
   * @param millis of a step, with the model's call
   * @param loopMillis of the step, without that call
   */
  record Step(double millis, double loopMillis) {
    /** The fraction of the step outside the model. */
    double loopShare() {
      return loopMillis / millis;
    }
  }

  /**
   * Measures steps of a batch.
   *
   * @param tokens sampled by each request
   */
  Step step(int rows, SamplingSettings sampling, int tokens) {
    double[] millis = new double[rounds];
    double[] loop = new double[rounds];
    for (int round = 0; round < rounds; round++) {
      CallTimes times = new CallTimes(model);
      new Decoder(times.model(), rows).generate(requests(rows, sampling, tokens));
      millis[round] = times.stepMillis(call -> call >= WARM_UP);
      loop[round] = times.loopMillis(call -> call >= WARM_UP);
    }
    return new Step(Median.of(millis), Median.of(loop));
  }

  /**
   * A step with guidance relative to a plain step, for one request.
   *
   * @param tokens sampled in each round
   */
  double guidance(int tokens) {
    GenerationRequest plain = requests(1, SamplingSettings.GREEDY, tokens).get(0);
    Guidance negative = Guidance.of(prompt(1), 1.5, Guidance.Form.LOG);
    GenerationRequest guided = plain.toBuilder().guidance(negative).build();
    return Median.of(
        rounds,
        () -> {
          double without = stepMillis(plain);
          return stepMillis(guided) / without;
        });
  }

  private double stepMillis(GenerationRequest request) {
    CallTimes times = new CallTimes(model);
    new Decoder(times.model(), 2).generate(List.of(request));
    return times.stepMillis(call -> call >= WARM_UP);
  }

  /**
   * The time from a reset token to the token after it, relative to a plain step, for one request.
   *
   * @param tokens sampled in each round; one in eight is a reset token
   */
  double reset(UndoPolicy.Context context, int tokens) {
    int reset = model.vocabSize() - 1;
    UndoPolicy undo = UndoPolicy.onReset(reset, tokens).withContext(context);
    GenerationRequest request =
        requests(1, SamplingSettings.GREEDY, tokens).get(0).toBuilder().undo(undo).build();
    return Median.of(
        rounds,
        () -> {
          CallTimes times = new CallTimes(model, reset, DecodingSpeed::isEighth);
          new Decoder(times.model(), 1).generate(List.of(request));
          return times.stepMillis(DecodingSpeed::isEighth)
              / times.stepMillis(call -> call >= WARM_UP && !isEighth(call));
        });
  }

  private static boolean isEighth(int call) {
    return call >= WARM_UP && call % 8 == 0;
  }

  /**
   * Tokens per second of batched requests, relative to requests one after another.
   *
   * @param rows of the batch
   * @param tokens sampled by each request
   */
  double together(int rows, int tokens) {
    List<GenerationRequest> requests = requests(rows, SamplingSettings.GREEDY, tokens);
    int few = Math.min(rows, 4);
    return Median.of(
        rounds,
        () -> {
          double alone = seconds(requests.subList(0, few), 1);
          return alone / few * rows / seconds(requests, rows);
        });
  }

  /**
   * The time to the first tokens of several samples of one prompt, relative to that of one sample.
   *
   * @param length of the prompt
   */
  double samples(int rows, int length) {
    int[] prompt = new int[length];
    Arrays.setAll(prompt, i -> i % model.vocabSize());
    GenerationRequest sample = GenerationRequest.builder(prompt).maxNewTokens(1).build();
    return Median.of(
        rounds,
        () -> {
          double one = seconds(List.of(sample), 1);
          return seconds(Collections.nCopies(rows, sample), rows) / one;
        });
  }

  private double seconds(List<GenerationRequest> requests, int rows) {
    long start = System.nanoTime();
    new Decoder(model, rows).generate(requests);
    return (System.nanoTime() - start) / 1e9;
  }

  private List<GenerationRequest> requests(int count, SamplingSettings sampling, int tokens) {
    List<GenerationRequest> requests = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      requests.add(
          GenerationRequest.builder(prompt(i))
              .maxNewTokens(tokens)
              .sampling(sampling)
              .seed(i)
              .build());
    }
    return requests;
  }

  /** Prompts without a common prefix, so that nothing is shared. */
  private int[] prompt(int number) {
    int[] prompt = new int[PROMPT];
    for (int i = 0; i < PROMPT; i++) {
      prompt[i] = (7 * number + i) % model.vocabSize();
    }
    return prompt;
  }
}

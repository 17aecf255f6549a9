package dev.palinode.model.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import dev.palinode.decode.Decoder;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationRequest;
import dev.palinode.decode.sampling.LikelyToken;
import dev.palinode.model.network.NamedNetwork;
import dev.palinode.model.network.Transformer;
import dev.palinode.model.network.WeightType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is promised of ordinary batches: the answers of requests alone, up to where two tokens are
 * as good as each other.
 */
class RoundingOfBatchesTest {
  private static final int REQUESTS = 9;
  private static final int STEPS = 32;

  /** Log-probabilities as close as this may change places by rounding. */
  private static final double GAP = 1e-3;

  static Stream<NamedNetwork> checkpoints() throws IOException {
    return NamedNetwork.checkpoints();
  }

  @ParameterizedTest
  @MethodSource("checkpoints")
  void greedyAnswersTogether_differFromAloneOnlyWhereTwoTokensTie(NamedNetwork model)
      throws IOException {
    try (Transformer network = model.source().open(WeightType.F32)) {
      TransformerLm lm = new TransformerLm(network);
      List<GenerationRequest> requests = requests(lm.vocabSize());
      List<List<Token>> together = answers(lm, requests);
      for (int i = 0; i < REQUESTS; i++) {
        assertEqualUpToATie(together.get(i), answers(lm, requests.subList(i, i + 1)).get(0));
      }
    }
  }

  private static void assertEqualUpToATie(List<Token> together, List<Token> alone) {
    assertThat(alone).hasSize(STEPS);
    for (int step = 0; step < STEPS; step++) {
      Token expected = alone.get(step);
      if (together.get(step).id() != expected.id()) {
        List<LikelyToken> best = expected.signals().topLogprobs();
        assertThat(best.get(0).logprob() - best.get(1).logprob())
            .as("gap at step %d, where the ids differ first", step)
            .isLessThan(GAP);
        return; // from here on they read different texts
      }
    }
  }

  /** Every third begins as others do, so that prefixes are copied. */
  private static List<GenerationRequest> requests(int vocab) {
    Random random = new Random(9);
    int[] common = random.ints(24, 0, vocab).toArray();
    return IntStream.range(0, REQUESTS)
        .mapToObj(
            i -> {
              int[] prompt = random.ints(1 + 5 * i, 0, vocab).toArray();
              if (i % 3 == 2) {
                prompt = IntStream.concat(IntStream.of(common), IntStream.of(i)).toArray();
              }
              return GenerationRequest.builder(prompt).maxNewTokens(STEPS).logprobs(2).build();
            })
        .toList();
  }

  private static List<List<Token>> answers(TransformerLm lm, List<GenerationRequest> requests) {
    List<List<Token>> answers = new ArrayList<>();
    requests.forEach(request -> answers.add(new ArrayList<>()));
    new Decoder(lm, REQUESTS)
        .generate(
            requests,
            event -> {
              if (event instanceof Token token) {
                answers.get((int) token.request()).add(token);
              }
            });
    return answers;
  }
}

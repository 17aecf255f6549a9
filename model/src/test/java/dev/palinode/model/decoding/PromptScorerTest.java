package dev.palinode.model.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.palinode.decode.SequenceBatch;
import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.sampling.LogProbabilities;
import dev.palinode.model.checkpoint.Checkpoint;
import dev.palinode.model.checkpoint.LoadOptions;
import dev.palinode.model.network.Transformer;
import dev.palinode.testkit.Fixtures;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptScorerTest {
  /** In one pass as token by token, which is how answers are generated. */
  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "qwen3"})
  void scores_areThoseOfDecoding(String name) throws IOException {
    try (Transformer network = open(name);
        SequenceBatch batch = new TransformerLm(network).newBatch()) {
      int[] ids = new SplittableRandom(3).ints(40, 0, network.config().vocabSize()).toArray();

      List<TokenLogProbs> scores = new PromptScorer(network).score(ids, 3);

      assertThat(scores).hasSize(ids.length - 1);
      int[] row = {batch.add()};
      for (int i = 1; i < ids.length; i++) {
        float[] logits = batch.forward(row, new int[][] {{ids[i - 1]}})[0];
        double expected = logits[ids[i]] - LogProbabilities.logSumExp(logits);
        assertThat(scores.get(i - 1).logprob().orElseThrow()).isCloseTo(expected, within(1e-3));
        assertThat(scores.get(i - 1).topLogprobs()).hasSize(3);
        assertThat(scores.get(i - 1).topLogprobs().get(0).id())
            .isEqualTo(LogProbabilities.top(logits, 1).get(0).id());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"llama", "gemma2", "qwen3"})
  void piecesOfAText_doNotMatter(String name) throws IOException {
    try (Transformer network = open(name)) {
      int[] ids = new SplittableRandom(4).ints(40, 0, network.config().vocabSize()).toArray();
      List<TokenLogProbs> whole = new PromptScorer(network).score(ids, 0);

      for (int piece : new int[] {1, 7, 39}) {
        List<TokenLogProbs> scores = new PromptScorer(network, piece).score(ids, 0);
        assertThat(scores).hasSameSizeAs(whole);
        for (int i = 0; i < scores.size(); i++) {
          assertThat(scores.get(i).logprob().orElseThrow())
              .isCloseTo(whole.get(i).logprob().orElseThrow(), within(1e-3));
        }
      }
    }
  }

  @Test
  void anInterrupt_endsIt() throws IOException {
    try (Transformer network = open("llama")) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> new PromptScorer(network).score(new int[] {1, 2, 3}, 0))
          .isInstanceOf(CancellationException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aTextThatCannotBeRead_isRefused() throws IOException {
    try (Transformer network = open("llama")) {
      PromptScorer scorer = new PromptScorer(network);
      assertThat(scorer.score(new int[] {1}, 1)).isEmpty();
      assertThatThrownBy(() -> scorer.score(new int[] {1, -1}, 1))
          .hasMessageContaining("token -1: the model has ids 0 to");
      int[] tooLong = new int[network.config().contextLength() + 1];
      assertThatThrownBy(() -> scorer.score(tooLong, 1)).hasMessageContaining("the model reads");
    }
  }

  private static Transformer open(String name) throws IOException {
    return Checkpoint.open(Fixtures.fixture("models/" + name)).load(LoadOptions.DEFAULT);
  }
}

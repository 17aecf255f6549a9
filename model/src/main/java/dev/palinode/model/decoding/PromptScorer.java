package dev.palinode.model.decoding;

import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.sampling.LogProbabilities;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.apache.commons.lang3.Validate;

/**
 * Log-probabilities of the tokens of a given text, read in one pass. Does not own the network. May
 * be used by several threads, while others decode with the same network.
 *
 * @param network in the form for inference
 */
public record PromptScorer(Transformer network) {
  /** Size of the logits that exist at a time, in F32. */
  private static final long LOGITS_BYTES = 64L << 20;

  /**
   * Scores each token but the first, which nothing predicts.
   *
   * @param ids at least one, and no more than the model's context
   * @param top number of likeliest tokens to report at each place, 0 or more
   * @return one less than there are ids, without P(reset)
   * @throws IllegalArgumentException if there are too many ids, or one is unknown
   */
  public List<TokenLogProbs> score(int[] ids, int top) {
    Validate.isTrue(
        ids.length >= 1 && ids.length <= network.config().contextLength(),
        "a text of %s tokens: the model reads 1 to %s",
        ids.length,
        network.config().contextLength());
    int vocabSize = network.config().vocabSize();
    for (int id : ids) {
      Validate.isTrue(
          id >= 0 && id < vocabSize, "token %s: the model has ids 0 to %s", id, vocabSize - 1);
    }
    List<TokenLogProbs> scores = new ArrayList<>();
    if (ids.length == 1) {
      return scores;
    }
    int piece = (int) Math.max(1, LOGITS_BYTES / ((long) DType.F32.bytes() * vocabSize));
    try (TensorScope scope = TensorScope.withoutGradients()) {
      long[] read = Arrays.stream(ids, 0, ids.length - 1).asLongStream().toArray();
      Tensor hidden = network.hiddenStates(Tensors.of(read, 1, read.length));
      Tensor states = hidden.reshape(-1, hidden.size(2));
      for (int from = 0; from < read.length; from += piece) {
        int count = Math.min(piece, read.length - from);
        scores.addAll(scores(states.narrow(0, from, count), ids, from + 1, top));
      }
    }
    return scores;
  }

  /** The scores of the tokens from {@code first} on, which the states predict. */
  private List<TokenLogProbs> scores(Tensor states, int[] ids, int first, int top) {
    List<TokenLogProbs> scores = new ArrayList<>();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      int rows = (int) states.size(0);
      int vocabSize = network.config().vocabSize();
      float[] logits = network.logits(states).to(DType.F32).toFloats(); // [rows, vocab]
      for (int row = 0; row < rows; row++) {
        float[] place = Arrays.copyOfRange(logits, row * vocabSize, (row + 1) * vocabSize);
        double logprob = place[ids[first + row]] - LogProbabilities.logSumExp(place);
        scores.add(
            new TokenLogProbs(
                OptionalDouble.of(Math.min(0, logprob)),
                LogProbabilities.top(place, top),
                OptionalDouble.empty()));
      }
    }
    return scores;
  }
}

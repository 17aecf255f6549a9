package dev.palinode.model.decoding;

import dev.palinode.decode.TokenLogProbs;
import dev.palinode.decode.sampling.LogProbabilities;
import dev.palinode.model.network.ScaledDotProductAttention;
import dev.palinode.model.network.Transformer;
import dev.palinode.tensor.DType;
import dev.palinode.tensor.Tensor;
import dev.palinode.tensor.TensorScope;
import dev.palinode.tensor.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.stream.LongStream;
import org.apache.commons.lang3.Validate;

/**
 * Log-probabilities of the tokens of a given text. Does not own the network. May be used by several
 * threads, while others decode with the same network.
 */
public final class PromptScorer {
  /** Size of the logits that exist at a time, in F32. */
  private static final long LOGITS_BYTES = 64L << 20;

  /** Tokens that are read at a time, so that activations stay small. */
  private static final int PIECE = 512;

  private final Transformer network;
  private final int piece;

  /**
   * A scorer for any number of texts.
   *
   * @param network in the form for inference
   */
  public PromptScorer(Transformer network) {
    this(network, PIECE);
  }

  PromptScorer(Transformer network, int piece) {
    long logits = LOGITS_BYTES / ((long) DType.F32.bytes() * network.config().vocabSize());
    this.network = network;
    this.piece = (int) Math.max(1, Math.min(piece, logits));
  }

  /**
   * Scores each token but the first, which nothing predicts.
   *
   * @param ids at least one, and no more than the model's context
   * @param top number of likeliest tokens to report at each place, 0 or more
   * @return one less than there are ids, without P(reset)
   * @throws IllegalArgumentException if there are too many ids, or one is unknown
   * @throws CancellationException if the thread is interrupted
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
    int last = ids.length - 1;
    if (last == 0) {
      return scores;
    }
    try (KvCache cache = cache()) {
      cache.reserve(1, last);
      for (int from = 0; from < last; from += piece) {
        if (Thread.currentThread().isInterrupted()) {
          throw new CancellationException("interrupted");
        }
        scores.addAll(scores(cache, ids, from, Math.min(piece, last - from), top));
      }
    }
    return scores;
  }

  private KvCache cache() {
    return new KvCache(
        network.config(),
        ScaledDotProductAttention.type(network.computeType(), network.device()),
        network.device());
  }

  /** Reads {@code count} tokens from {@code from} on; the scores of those that they predict. */
  private List<TokenLogProbs> scores(KvCache cache, int[] ids, int from, int count, int top) {
    long[] read = Arrays.stream(ids, from, from + count).asLongStream().toArray();
    long[] positions = LongStream.range(from, from + count).toArray();
    float[][] logits;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor hidden =
          network.hiddenStates(
              Tensors.of(read, 1, count).to(network.device()),
              positions,
              cache.over(0, new int[] {from}, count));
      logits = network.logits(hidden.reshape(count, hidden.size(2))).toFloatRows();
    }
    List<TokenLogProbs> scores = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double logprob = logits[i][ids[from + i + 1]] - LogProbabilities.logSumExp(logits[i]);
      scores.add(
          new TokenLogProbs(
              OptionalDouble.of(Math.min(0, logprob)),
              LogProbabilities.top(logits[i], top),
              OptionalDouble.empty()));
    }
    return scores;
  }
}

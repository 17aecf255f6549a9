package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.sampling.Sampler;
import dev.palinode.decode.sampling.TokenHistory;
import dev.palinode.token.Transcript;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * A request while it is being answered: its place in the batch and all that hangs on its tokens.
 */
final class ActiveSequence {
  final int index;
  final GenerationRequest request;
  final Transcript transcript;

  /** Handle of the row in the batch, once it has joined. */
  int row;

  /** Tokens that the model has not read yet. */
  int[] unread;

  /** {@code [vocab]}, after the last token read. */
  float[] logits = new float[0];

  private final Sampler sampler;
  private final TokenHistory history;
  private final SplittableRandom random;
  private long startNanos;
  private long firstVisibleNanos; // of the visible text as it stands; only where there is some
  private int sampled;

  ActiveSequence(int index, GenerationRequest request) {
    this.index = index;
    this.request = request;
    this.transcript = new Transcript(request.undo().resetId());
    this.unread = request.prompt();
    this.sampler = Sampler.of(request.sampling());
    this.history = new TokenHistory(request.prompt());
    this.random = new SplittableRandom(request.seed());
  }

  /**
   * Starts the clock.
   *
   * @throws IllegalArgumentException if the model cannot answer the request
   */
  void begin(CausalLm model) {
    int longest = model.contextLength() - 1;
    if (unread.length > longest) {
      throw new IllegalArgumentException(
          "the prompt has "
              + unread.length
              + " tokens: the model's context of "
              + model.contextLength()
              + " leaves room for at most "
              + longest);
    }
    request.sampling().requireWithin(model.vocabSize());
    startNanos = System.nanoTime();
  }

  int sample() {
    if (transcript.resets() >= request.undo().maxResets()) {
      request.undo().resetId().ifPresent(reset -> logits[reset] = Float.NEGATIVE_INFINITY);
    }
    sampled++;
    return sampler.sample(logits, history, random);
  }

  /** Appends a sampled token; true if all visible text has just been discarded. */
  boolean append(int id) {
    boolean reset = transcript.append(id);
    if (reset) {
      history.truncate(0);
    } else {
      history.append(id);
    }
    return reset;
  }

  void showed() {
    if (transcript.visibleSize() == 1) {
      firstVisibleNanos = System.nanoTime();
    }
  }

  boolean hasRoom(int contextLength) {
    return sampled < request.maxNewTokens()
        && request.prompt().length + transcript.size() < contextLength;
  }

  Finished finished(FinishReason reason) {
    Usage usage =
        new Usage(
            request.prompt().length,
            sampled,
            transcript.discarded(),
            transcript.visibleSize(),
            transcript.resets(),
            Duration.ofNanos(System.nanoTime() - startNanos),
            transcript.visibleSize() == 0
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(firstVisibleNanos - startNanos)));
    return new Finished(index, transcript, reason, usage);
  }
}

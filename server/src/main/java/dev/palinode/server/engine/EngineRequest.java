package dev.palinode.server.engine;

import dev.palinode.chat.Message;
import dev.palinode.decode.Guidance;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.token.TokenIds;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.commons.lang3.Validate;

/**
 * A request for one answer. Its limits have been checked by the server, but not what depends on the
 * model.
 *
 * @param model the name of the model
 * @param prompt what is answered or continued
 * @param sampling how tokens are chosen; the bias of the reset token is apart
 * @param maxTokens the most tokens to sample, discarded ones included; 0 only with {@code echo}
 * @param stop the answer ends before the first of these texts
 * @param seed of the random numbers
 * @param logprobs number of likeliest tokens to report beside each token's log-probability; empty
 *     to report none
 * @param echo whether the prompt is reported first, with log-probabilities if {@code logprobs} asks
 *     for them
 * @param undo what a reset needs and may do
 * @param guidance away from another prompt, if any
 * @param guards names of the guards that watch; empty for all that the operator configured
 */
public record EngineRequest(
    String model,
    Prompt prompt,
    SamplingSettings sampling,
    int maxTokens,
    List<String> stop,
    long seed,
    OptionalInt logprobs,
    boolean echo,
    Undo undo,
    Optional<Negative> guidance,
    Optional<List<String>> guards) {
  /** What is answered or continued. */
  public sealed interface Prompt {}

  /**
   * A conversation.
   *
   * @param messages up to the assistant's turn, at least one
   * @param opening how the answer begins, given to the model (prefilling); not part of the answer;
   *     may be empty
   */
  public record Chat(List<Message> messages, String opening) implements Prompt {
    public Chat {
      messages = List.copyOf(messages);
      Validate.isTrue(!messages.isEmpty(), "a conversation needs at least one message");
    }
  }

  /** A text to be continued. */
  public record Text(String text) implements Prompt {}

  /** Tokens to be continued, at least one. */
  public record Tokens(TokenIds ids) implements Prompt {
    public Tokens {
      Validate.isTrue(ids.size() > 0, "the prompt is empty: give at least one token");
    }
  }

  /**
   * What a reset needs and may do.
   *
   * @param resetBias added to the reset token's logit; 0 for none
   * @param maxResets the most resets; empty for the operator's setting
   * @param resetProbability whether to report P(reset) with each token
   */
  public record Undo(double resetBias, OptionalInt maxResets, boolean resetProbability) {
    /** The operator's settings. */
    public static final Undo DEFAULT = new Undo(0, OptionalInt.empty(), false);

    public Undo {
      Validate.isTrue(
          Double.isFinite(resetBias) && Math.abs(resetBias) <= 100,
          "reset_bias is %s: expected -100 to 100",
          resetBias);
      Validate.isTrue(
          maxResets.orElse(0) >= 0, "max_resets is %s: expected 0 or more", maxResets.orElse(0));
    }

    /** Whether it asks for other resets than the operator's. */
    public boolean changesResets() {
      return resetBias != 0 || maxResets.isPresent();
    }
  }

  /**
   * Classifier-free guidance away from a negative prompt.
   *
   * @param negative of a conversation, its other system message; otherwise a prompt of its own
   * @param scale see {@link Guidance}
   * @param form see {@link Guidance}
   */
  public record Negative(String negative, double scale, Guidance.Form form) {
    public Negative {
      Validate.isTrue(
          scale >= 0 && scale <= Float.MAX_VALUE,
          "guidance.scale is %s: expected 0 or more; 1 is no guidance",
          scale);
    }
  }

  public EngineRequest {
    stop = List.copyOf(stop);
    guards = guards.map(List::copyOf);
    Validate.isTrue(
        maxTokens >= (echo ? 0 : 1),
        "max_tokens is %s: expected 1 or more, or 0 with echo",
        maxTokens);
    Validate.isTrue(!stop.contains(""), "a stop text is empty: it would end every answer");
    Validate.isTrue(
        logprobs.orElse(0) >= 0, "logprobs is %s: expected 0 or more", logprobs.orElse(0));
  }

  /**
   * Requires that this request leaves resets as the operator has fixed them. Whatever shifts logits
   * is refused: a client that raises all other tokens forbids the reset token without naming it.
   *
   * @throws EngineException that names the field
   */
  public void requireUndoAsFixed() throws EngineException {
    refuseIf(undo.resetBias() != 0, "palinode.reset_bias");
    refuseIf(undo.maxResets().isPresent(), "palinode.max_resets");
    refuseIf(!sampling.logitBias().isEmpty(), "logit_bias");
    refuseIf(sampling.repetitionPenalty() != 1, "repetition_penalty");
    refuseIf(sampling.presencePenalty() != 0, "presence_penalty");
    refuseIf(sampling.frequencyPenalty() != 0, "frequency_penalty");
    refuseIf(guidance.isPresent(), "palinode.guidance");
  }

  private static void refuseIf(boolean changes, String field) throws EngineException {
    if (changes) {
      throw EngineException.invalid(
          field, field + ": the operator allows no request to change how the model resets");
    }
  }
}

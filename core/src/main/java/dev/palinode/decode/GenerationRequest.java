package dev.palinode.decode;

import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.decode.undo.UndoScope;
import dev.palinode.token.TokenIds;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.commons.lang3.Validate;

/**
 * A request to generate an answer. Immutable; created by a {@link #builder}.
 *
 * @param prompt the context, at least one token
 * @param maxNewTokens the most tokens to sample, including reset tokens and discarded ones; at
 *     least 1
 * @param stopIds a generation ends when one of these is sampled; it is not part of the answer
 * @param stopTexts a generation ends when the visible text contains one of these; the text ends
 *     before it, while its tokens stay visible
 * @param sampling how tokens are chosen
 * @param undo when and how far the model may undo
 * @param guidance classifier-free guidance with a negative prompt, if any
 * @param guards the guards of the answer, if any
 * @param logprobs number of most likely tokens to report at each step, beside the log-probability
 *     of the sampled one; empty to report nothing
 * @param resetProbability whether to report P(reset) at each step
 * @param continuesText whether the answer's text continues the prompt's, as in completion:
 *     otherwise decoders of some tokenizers drop the space before the first word
 * @param timeLimit from the request's arrival; empty for none
 * @param seed of this request's random numbers: one is drawn per sampled token, so that the same
 *     request draws the same ones whatever else is in the batch. An undo does not rewind them: new
 *     numbers are drawn for the tokens after it
 */
public record GenerationRequest(
    TokenIds prompt,
    int maxNewTokens,
    Set<Integer> stopIds,
    List<String> stopTexts,
    SamplingSettings sampling,
    UndoPolicy undo,
    Optional<Guidance> guidance,
    Optional<GuardPolicy> guards,
    OptionalInt logprobs,
    boolean resetProbability,
    boolean continuesText,
    Optional<Duration> timeLimit,
    long seed) {
  public GenerationRequest {
    stopIds = Set.copyOf(stopIds);
    stopTexts = List.copyOf(stopTexts);
    OptionalInt reset = undo.resetId();
    boolean forcesReset =
        guards.filter(it -> it.response() instanceof GuardPolicy.ForceReset).isPresent();
    boolean refusesWithReset =
        reset.isPresent()
            && Stream.concat(undo.refusal().stream(), guards.map(GuardPolicy::refusal).stream())
                .anyMatch(refusal -> refusal.contains(reset.getAsInt()));
    Validate.isTrue(prompt.size() > 0, "the prompt is empty: give at least a begin-of-text token");
    Validate.isTrue(maxNewTokens >= 1, "maxNewTokens is %s: expected 1 or more", maxNewTokens);
    Validate.isTrue(!stopTexts.contains(""), "a stop text is empty: it would end every answer");
    Validate.isTrue(
        logprobs.orElse(0) >= 0, "logprobs is %s: expected 0 or more", logprobs.orElse(0));
    timeLimit.ifPresent(
        limit ->
            Validate.isTrue(
                !limit.isNegative() && !limit.isZero(),
                "the time limit is %s: expected more than nothing",
                limit));
    Validate.isTrue(
        !forcesReset || reset.isPresent(),
        "guards are to force the reset token, but the undo policy names none: name it, or let them"
            + " rewind");
    Validate.isTrue(
        reset.isEmpty() || !stopIds.contains(reset.getAsInt()),
        "the reset token is a stop id: it would end the answer with the text that it should take"
            + " back");
    Validate.isTrue(
        !refusesWithReset,
        "a refusal holds the reset token, which would withdraw it: leave it out");
    Validate.isTrue(
        !resetProbability || reset.isPresent(),
        "the probability of a reset is asked for, but the undo policy names no reset token");
  }

  /** Whether it can only be answered with a tokenizer. */
  boolean needsText() {
    return !stopTexts.isEmpty()
        || guards.isPresent()
        || undo.extent() instanceof UndoScope.LastSentence;
  }

  /**
   * Whether reported text may be withdrawn, by the model's reset token or by a guard. If not, each
   * reported token is final.
   */
  public boolean canWithdraw() {
    boolean resets = undo.resetId().isPresent();
    return guards.isPresent() || (resets && (undo.maxResets() > 0 || undo.refusal().isPresent()));
  }

  /** Number of rows it takes in the batch: two with guidance. */
  public int rows() {
    return guidance.isPresent() && guidance.get().scale() != 1 ? 2 : 1;
  }

  /** A request with defaults: up to 256 new tokens, greedy, without undo, seed 0. */
  public static Builder builder(int... prompt) {
    return new Builder(TokenIds.of(prompt));
  }

  /** A builder that starts from this request. */
  public Builder toBuilder() {
    Builder builder = new Builder(prompt);
    builder.maxNewTokens = maxNewTokens;
    builder.stopIds = stopIds;
    builder.stopTexts = stopTexts;
    builder.sampling = sampling;
    builder.undo = undo;
    builder.guidance = guidance;
    builder.guards = guards;
    builder.logprobs = logprobs;
    builder.resetProbability = resetProbability;
    builder.continuesText = continuesText;
    builder.timeLimit = timeLimit;
    builder.seed = seed;
    return builder;
  }

  /** Builds a request; see the record's components. */
  public static final class Builder {
    private TokenIds prompt;
    private int maxNewTokens = 256;
    private Set<Integer> stopIds = Set.of();
    private List<String> stopTexts = List.of();
    private SamplingSettings sampling = SamplingSettings.GREEDY;
    private UndoPolicy undo = UndoPolicy.NONE;
    private Optional<Guidance> guidance = Optional.empty();
    private Optional<GuardPolicy> guards = Optional.empty();
    private OptionalInt logprobs = OptionalInt.empty();
    private boolean resetProbability;
    private boolean continuesText;
    private Optional<Duration> timeLimit = Optional.empty();
    private long seed;

    private Builder(TokenIds prompt) {
      this.prompt = prompt;
    }

    public Builder prompt(int... ids) {
      prompt = TokenIds.of(ids);
      return this;
    }

    public Builder maxNewTokens(int count) {
      maxNewTokens = count;
      return this;
    }

    public Builder stopIds(Collection<Integer> ids) {
      stopIds = Set.copyOf(ids);
      return this;
    }

    /** Adds texts that end the answer. */
    public Builder stopTexts(Collection<String> texts) {
      stopTexts = Stream.concat(stopTexts.stream(), texts.stream()).toList();
      return this;
    }

    public Builder sampling(SamplingSettings settings) {
      sampling = settings;
      return this;
    }

    public Builder undo(UndoPolicy policy) {
      undo = policy;
      return this;
    }

    public Builder guidance(Guidance negative) {
      guidance = Optional.of(negative);
      return this;
    }

    public Builder guards(GuardPolicy policy) {
      guards = Optional.of(policy);
      return this;
    }

    public Builder logprobs(int alternatives) {
      logprobs = OptionalInt.of(alternatives);
      return this;
    }

    public Builder resetProbability(boolean report) {
      resetProbability = report;
      return this;
    }

    public Builder continuesText(boolean completion) {
      continuesText = completion;
      return this;
    }

    public Builder timeLimit(Duration limit) {
      timeLimit = Optional.of(limit);
      return this;
    }

    public Builder seed(long value) {
      seed = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException if a part is out of its range, or two contradict each other
     */
    public GenerationRequest build() {
      return new GenerationRequest(
          prompt,
          maxNewTokens,
          stopIds,
          stopTexts,
          sampling,
          undo,
          guidance,
          guards,
          logprobs,
          resetProbability,
          continuesText,
          timeLimit,
          seed);
    }
  }
}

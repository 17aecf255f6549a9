package dev.palinode.decode;

import dev.palinode.decode.Answer.Standing;
import dev.palinode.decode.Answer.Withdrawn;
import dev.palinode.decode.GenerationEvent.Failed;
import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.sampling.Sampler;
import dev.palinode.guard.Verdict;
import dev.palinode.token.Tokenizer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A request while it is being answered: its contexts in the batch, its answer, and the rules of
 * undo and guards. The loop has its contexts read, then calls {@link #advance}.
 */
final class ActiveSequence {
  /** What it waits for. */
  enum State {
    /** Its next step. */
    RUNNING,
    /** The verdict of its guards on {@link #takeTextToCheck}. */
    CHECKING,
    ENDED
  }

  /** Takes the place of a logit where a token is chosen only if no other can be. */
  private static final float LAST_RESORT = -1e30f;

  private final long id;
  private final GenerationRequest request;
  private final Consumer<GenerationEvent> listener;
  private final Sampler sampler;
  private final SplittableRandom random;
  private final Answer answer;
  private final Continuation continuation = new Continuation();
  private final ContextRow positive;
  private final @Nullable ContextRow negative;
  private final int contextLength;
  private final SequenceClock clock;

  private State state = State.RUNNING;
  private @Nullable FinishReason ending; // what a check that is under way decides about
  private int sampled;
  private int forced;
  private int resets;
  private int guardUndos;

  ActiveSequence(QueuedRequest queued, CausalLm model, Optional<Tokenizer> tokenizer) {
    this.id = queued.id();
    this.request = queued.request();
    this.listener = queued.listener();
    this.sampler = Sampler.of(request.sampling());
    this.random = new SplittableRandom(request.seed());
    this.answer = new Answer(request, tokenizer);
    this.positive = new ContextRow(request.prompt().toArray(), continuation);
    this.negative =
        request.rows() == 1
            ? null
            : new ContextRow(
                request.guidance().orElseThrow().negativePrompt().toArray(), continuation);
    this.contextLength = model.contextLength();
    this.clock = queued.clock();
  }

  long id() {
    return id;
  }

  GenerationRequest request() {
    return request;
  }

  State state() {
    return state;
  }

  SequenceClock clock() {
    return clock;
  }

  /** The contexts whose logits the next step needs. */
  List<ContextRow> contexts() {
    return negative != null && request.guidance().orElseThrow().isActive(answer.size())
        ? List.of(positive, negative)
        : List.of(positive);
  }

  /** All contexts, read or not. */
  Stream<ContextRow> allContexts() {
    return Stream.of(Optional.of(positive), Optional.ofNullable(negative))
        .flatMap(Optional::stream);
  }

  /** Its turn has come. */
  void begin() {
    clock.begin();
    if (request.continuesText()) {
      answer.continueText(request.prompt());
    }
  }

  /** One token further, from the logits of its {@link #contexts}. */
  void advance() {
    float[] logits = guidedLogits();
    StepSignals signals = new StepSignals(logits, request);
    if (resets >= request.undo().maxResets() && request.undo().refusal().isEmpty()) {
      request.undo().resetId().ifPresent(reset -> logits[reset] = Float.NEGATIVE_INFINITY);
    }
    for (int rejected : answer.rejected()) {
      logits[rejected] = Math.min(logits[rejected], LAST_RESORT);
    }
    int token = sampler.sample(logits, answer.history, random);
    sampled++;
    if (request.stopIds().contains(token)) {
      end(FinishReason.STOP);
    } else if (request.undo().isReset(token)) {
      reset(signals.of(token));
    } else {
      append(token, signals.of(token));
    }
  }

  private float[] guidedLogits() {
    float[] logits = positive.takeLogits();
    return negative != null && negative.isReady()
        ? request.guidance().orElseThrow().combine(logits, negative.takeLogits())
        : logits;
  }

  private void append(int token, TokenSignals signals) {
    continuation.append(token);
    answer.append(token, continuation.size(), signals);
    if (answer.text.stopped()) {
      end(FinishReason.STOP);
    } else if (!hasRoom()) {
      end(FinishReason.LENGTH);
    } else if (request.guards().isEmpty()) {
      report();
    } else if (answer.unchecked() >= request.guards().get().everyTokens()) {
      state = State.CHECKING;
    }
  }

  /** Whether another token may be sampled, and fits into the contexts that the next step reads. */
  private boolean hasRoom() {
    return sampled < request.maxNewTokens()
        && contexts().stream().allMatch(context -> context.length() < contextLength);
  }

  /** The model has taken its text back. */
  private void reset(TokenSignals signals) {
    resets++;
    answer.transcript.appendHidden(request.undo().resetId().orElseThrow());
    if (resets > request.undo().maxResets()) {
      String why = "the model reset %d times, %d allowed";
      refuse(
          request.undo().refusal().orElseThrow(),
          why.formatted(resets, request.undo().maxResets()),
          UndoCause.RESET,
          "",
          signals);
      return;
    }
    undoBehindReset(answer.kept(request.undo().extent()), UndoCause.RESET, "", signals);
    if (!hasRoom()) {
      end(FinishReason.LENGTH);
    }
  }

  /** Takes text back, and lets the model go on behind a reset token. */
  private void undoBehindReset(int kept, UndoCause cause, String reason, TokenSignals signals) {
    takeBack(kept, cause, reason, signals);
    if (request.undo().context() == UndoPolicy.Context.CUT_BACK) {
      cutContextBack();
    }
    continuation.append(request.undo().resetId().orElseThrow());
  }

  private void takeBack(int kept, UndoCause cause, String reason, TokenSignals signals) {
    Withdrawn withdrawn = answer.keep(kept);
    clock.keepReported(answer.reported());
    tell(
        new Undo(
            id,
            withdrawn.reported(),
            withdrawn.text(),
            withdrawn.discarded(),
            cause,
            reason,
            signals));
  }

  /** The contexts end with what stands. */
  private void cutContextBack() {
    continuation.truncate(answer.contextEnd(answer.size()));
    allContexts().forEach(ContextRow::follow);
  }

  /** The answer is over, unless guards object to its end. */
  private void end(FinishReason reason) {
    if (request.guards().isPresent() && answer.size() > 0) {
      ending = reason;
      state = State.CHECKING;
    } else {
      report();
      finish(reason, answer.text.complete());
    }
  }

  /** The text that guards are to see now; all that stands counts as seen. */
  String takeTextToCheck() {
    answer.check();
    return ending == null ? answer.text.certain() : answer.text.complete();
  }

  /** Whether {@link #takeTextToCheck} is the whole answer. */
  boolean endsWithCheck() {
    return ending != null;
  }

  /** The guards have come to a verdict. */
  void checked(Verdict verdict) {
    FinishReason due = ending;
    ending = null;
    state = State.RUNNING;
    switch (verdict.label()) {
      case SAFE -> {
        answer.pass(due == null ? verdict.safeUpTo() : Verdict.ALL);
        report();
        if (due != null) {
          finish(due, answer.text.complete());
        }
      }
      case UNSAFE -> undoUnsafe(request.guards().orElseThrow(), verdict);
      case UNDECIDED ->
          throw new IllegalStateException("a guard could not decide: " + verdict.reason());
    }
  }

  private void undoUnsafe(GuardPolicy policy, Verdict verdict) {
    if (guardUndos >= policy.maxUndos()) {
      String why = "guards objected %d times, %d allowed";
      refuse(policy, verdict, why.formatted(guardUndos + 1, policy.maxUndos()));
      return;
    }
    guardUndos++;
    int safe = Math.min(answer.passed(), answer.keptBefore(verdict.safeUpTo()));
    if (policy.response() instanceof GuardPolicy.Rewind rewind) {
      rewind(rewind, safe, verdict.reason());
    } else {
      forced++;
      answer.transcript.appendHidden(request.undo().resetId().orElseThrow());
      int kept = Math.min(safe, answer.kept(request.undo().extent()));
      undoBehindReset(kept, UndoCause.GUARD, verdict.reason(), TokenSignals.NONE);
    }
    if (!hasRoom()) {
      refuse(policy, verdict, "a guard objected, and no tokens are left for another answer");
    }
  }

  /** Goes back to a safe point, from where something else has to follow. */
  private void rewind(GuardPolicy.Rewind rewind, int safe, String reason) {
    boolean nudged =
        rewind.nudgedPrompt().isPresent()
            && positive.replacePrompt(rewind.nudgedPrompt().get().toArray());
    if (!nudged) {
      answer.reject(safe); // under the same prompt a greedy model would write the same again
    }
    takeBack(safe, UndoCause.GUARD, reason, TokenSignals.NONE);
    cutContextBack();
  }

  private void refuse(GuardPolicy policy, Verdict verdict, String why) {
    String reason = verdict.reason();
    refuse(policy.refusal(), why + ": " + reason, UndoCause.GUARD, reason, TokenSignals.NONE);
  }

  /** Takes everything back and ends with another text. */
  private void refuse(
      TokenIds refusal, String detail, UndoCause cause, String reason, TokenSignals signals) {
    if (answer.size() > 0 || cause == UndoCause.RESET) {
      takeBack(0, cause, reason, signals);
    }
    answer.text.ignoreStopTexts();
    for (int token : refusal.toArray()) {
      answer.append(token, continuation.size(), TokenSignals.NONE);
      forced++;
    }
    answer.pass(Verdict.ALL);
    report();
    finish(FinishReason.REFUSED, detail, answer.text.complete());
  }

  /** Ends it early; what has not been reported does not stand, and guards see no more of it. */
  void cutOff(FinishReason reason) {
    if (answer.reported() < answer.size()) {
      takeBack(answer.reported(), UndoCause.UNCHECKED, "", TokenSignals.NONE);
    }
    finish(reason, request.guards().isPresent() ? answer.text.given() : answer.text.complete());
  }

  /** Ends it with an error. */
  void fail(RuntimeException cause) {
    state = State.ENDED;
    tell(new Failed(id, cause));
  }

  /** Ends it without a word, for nobody listens. */
  void abandon() {
    state = State.ENDED;
  }

  /** Tells of all tokens that stand, or that guards have passed. */
  private void report() {
    int end = request.guards().isPresent() ? answer.passed() : answer.size();
    while (answer.reported() < end) {
      Standing token = answer.report();
      clock.reported(answer.reported());
      tell(new Token(id, token.id(), token.piece(), token.signals()));
    }
  }

  private void finish(FinishReason reason, String text) {
    finish(reason, "", text);
  }

  private void finish(FinishReason reason, String detail, String text) {
    state = State.ENDED;
    String rest = text.substring(answer.text.given().length());
    tell(new Finished(id, answer.transcript, text, rest, reason, detail, usage()));
  }

  private Usage usage() {
    return new Usage(
        request.prompt().size(),
        sampled,
        forced,
        answer.transcript.discarded(),
        answer.size(),
        resets,
        guardUndos,
        clock.waiting(),
        clock.total(),
        clock.toFirstToken(),
        clock.toFirstEffectiveToken());
  }

  private void tell(GenerationEvent event) {
    try {
      listener.accept(event);
    } catch (RuntimeException | Error e) {
      throw new ListenerException(e);
    }
  }

  /** A listener has thrown: nobody listens any more. */
  static final class ListenerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ListenerException(Throwable cause) {
      super(Objects.requireNonNull(cause));
    }
  }
}

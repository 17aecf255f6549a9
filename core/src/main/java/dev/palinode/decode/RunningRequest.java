package dev.palinode.decode;

import dev.palinode.decode.GenerationEvent.Finished;
import dev.palinode.decode.GenerationEvent.Token;
import dev.palinode.decode.GenerationEvent.Undo;
import dev.palinode.decode.OutputState.VisibleToken;
import dev.palinode.decode.OutputState.Withdrawn;
import dev.palinode.decode.sampling.Sampler;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.decode.undo.UndoPolicy;
import dev.palinode.guard.Verdict;
import dev.palinode.token.TokenIds;
import dev.palinode.token.Tokenizer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An admitted request: its slots in the batch, its output, and the logic of undo and guards. After
 * the model has read its {@link #activeSlots}, the loop calls {@link #advance}.
 *
 * <p>Steps return an {@link Outcome} and do not throw; an exception ends the request. The listener
 * gets the last event before {@link Ended} is returned.
 */
final class RunningRequest {
  /** The loop's next action for a request. */
  sealed interface Outcome {}

  /** Generate another token at the next step. */
  record GoesOn() implements Outcome {}

  /**
   * Call the guards, and pause the request until they have answered.
   *
   * @param text all visible text
   * @param ending why the answer ends if they approve it; empty if it goes on
   */
  record AsksGuards(String text, Optional<FinishReason> ending) implements Outcome {}

  /** Remove the request. */
  record Ended() implements Outcome {}

  /** Why text is withdrawn; {@code reason} is the guard's, or empty. */
  private record Why(UndoCause cause, String reason, TokenLogProbs signals) {}

  /** A running check by guards, which began at {@code since}, by {@link System#nanoTime}. */
  private record PendingCheck(Future<?> task, Duration limit, long since) {
    Duration left() {
      return limit.minusNanos(System.nanoTime() - since);
    }
  }

  private static final Outcome GOES_ON = new GoesOn();
  private static final Outcome ENDED = new Ended();

  /** Replaces the logit of a token that may be chosen only if no other can be. */
  private static final float LAST_RESORT = -1e30f;

  private final QueuedRequest queued;
  private final GenerationRequest request;
  private final RequestClock clock;
  private final Sampler sampler;
  private final SplittableRandom random;
  private final OutputState output;
  private final List<Integer> generated = new ArrayList<>();
  private final List<SequenceSlot> slots; // the positive one, and the negative one if there is one
  private final int contextLength;
  private final Optional<GuardSessions> guards;

  private @Nullable PendingCheck check; // null unless guards are checking
  private int sampled;
  private int forced;
  private int resets;
  private int guardUndos;

  /** Admits a request. */
  RunningRequest(QueuedRequest queued, CausalLm model, Optional<Tokenizer> tokenizer) {
    this.queued = queued;
    this.request = queued.request();
    this.clock = queued.clock();
    this.sampler = new Sampler(request.sampling());
    this.random = new SplittableRandom(request.seed());
    this.output = new OutputState(request, tokenizer);
    this.slots =
        Stream.concat(
                Stream.of(request.prompt()),
                request.guidance().map(Guidance::negativePrompt).stream())
            .limit(request.rows())
            .map(prompt -> new SequenceSlot(this, prompt, generated))
            .toList();
    this.contextLength = model.contextLength();
    this.guards = request.guards().map(policy -> new GuardSessions(policy.guards()));
    clock.begin();
  }

  QueuedRequest queued() {
    return queued;
  }

  // Its slots in the batch

  List<SequenceSlot> slots() {
    return slots;
  }

  /** The slots whose logits the next step needs. */
  List<SequenceSlot> activeSlots() {
    boolean isGuided =
        request.guidance().map(guidance -> guidance.isActive(output.size())).orElse(false);
    return isGuided ? slots : slots.subList(0, 1);
  }

  boolean isReady() {
    return check == null && activeSlots().stream().allMatch(SequenceSlot::isReady);
  }

  // One step

  Outcome advance() {
    return attempt(
        () -> {
          float[] logits = guidedLogits();
          StepLogProbs signals = new StepLogProbs(logits, request);
          exclude(logits);
          int token = sampler.sample(logits, output.history, random);
          sampled++;
          if (request.stopIds().contains(token)) {
            return end(FinishReason.STOP);
          }
          return request.undo().isReset(token)
              ? reset(signals.of(token))
              : append(token, signals.of(token));
        });
  }

  private float[] guidedLogits() {
    float[] logits = slots.get(0).takeLogits();
    SequenceSlot last = slots.get(slots.size() - 1);
    return last.isReady() // the negative one: the logits of the positive one are taken
        ? request.guidance().orElseThrow().combine(logits, last.takeLogits())
        : logits;
  }

  /** Excludes the reset token after the last allowed undo, and tokens rejected by guards here. */
  private void exclude(float[] logits) {
    if (resets >= request.undo().maxResets() && request.undo().refusal().isEmpty()) {
      request.undo().resetId().ifPresent(reset -> logits[reset] = Float.NEGATIVE_INFINITY);
    }
    for (int token : output.rejected()) {
      logits[token] = Math.min(logits[token], LAST_RESORT);
    }
  }

  private Outcome append(int token, TokenLogProbs signals) {
    generated.add(token);
    output.append(token, generated.size(), signals);
    if (output.text.stopped()) {
      return end(FinishReason.STOP);
    }
    if (!hasRoom()) {
      return end(FinishReason.LENGTH);
    }
    if (request.guards().isEmpty()) {
      report();
      return GOES_ON;
    }
    return output.unseen() >= request.guards().get().everyTokens()
        ? asksGuards(output.text.certain(), Optional.empty())
        : GOES_ON;
  }

  /** Whether another token may be sampled and fits into the active contexts. */
  private boolean hasRoom() {
    return sampled < request.maxNewTokens()
        && activeSlots().stream().allMatch(slot -> slot.length() < contextLength);
  }

  /** Ends the answer, unless guards object. */
  private Outcome end(FinishReason reason) {
    if (guards.isPresent() && output.size() > 0) {
      return asksGuards(output.text.complete(), Optional.of(reason));
    }
    report();
    return finish(reason, "", output.text.complete());
  }

  // Undo

  private Outcome reset(TokenLogProbs signals) {
    UndoPolicy undo = request.undo();
    Why why = new Why(UndoCause.RESET, "", signals);
    resets++;
    output.transcript.appendHidden(undo.resetId().orElseThrow());
    if (resets > undo.maxResets()) {
      String detail = "the model reset " + resets + " times, " + undo.maxResets() + " allowed";
      return refuse(undo.refusal().orElseThrow(), detail, why);
    }
    undoAndReset(output.keepCount(undo.extent()), why);
    return hasRoom() ? GOES_ON : end(FinishReason.LENGTH);
  }

  private void undoAndReset(int kept, Why why) {
    withdraw(kept, why);
    if (request.undo().context() == UndoPolicy.Context.CUT_BACK) {
      truncateContexts();
    }
    generated.add(request.undo().resetId().orElseThrow());
  }

  private void withdraw(int kept, Why why) {
    Withdrawn gone = output.truncate(kept);
    clock.reported(output.reported());
    int reported = gone.reported();
    int discarded = gone.discarded();
    send(
        new Undo(
            queued.id(), reported, gone.text(), discarded, why.cause, why.reason, why.signals));
  }

  private void truncateContexts() {
    generated.subList(output.contextEnd(output.size()), generated.size()).clear();
    slots.forEach(SequenceSlot::truncate);
  }

  private Outcome refuse(TokenIds refusal, String detail, Why why) {
    if (output.size() > 0 || why.cause() == UndoCause.RESET) {
      withdraw(0, why);
    }
    output.text.ignoreStopTexts();
    for (int token : refusal.toArray()) {
      output.append(token, generated.size(), TokenLogProbs.NONE);
      forced++;
    }
    output.approve(Verdict.ALL);
    report();
    return finish(FinishReason.REFUSED, detail, output.text.complete());
  }

  // Guards

  private Outcome asksGuards(String text, Optional<FinishReason> ending) {
    output.show();
    return new AsksGuards(text, ending);
  }

  void ask(AsksGuards question, GuardThreads threads, GuardThreads.Answered answered) {
    Future<?> task =
        threads.ask(guards.orElseThrow(), question.text(), question.ending().isPresent(), answered);
    check = new PendingCheck(task, request.guards().orElseThrow().timeout(), System.nanoTime());
  }

  boolean isAsking() {
    return check != null;
  }

  /** Handles the guards' verdict or failure; the other is null. */
  Outcome answered(AsksGuards question, @Nullable Verdict verdict, @Nullable Throwable failure) {
    check = null;
    return attempt(
        () -> {
          if (verdict == null) {
            throw new IllegalStateException("a guard failed: " + failure, failure);
          }
          return switch (verdict.label()) {
            case SAFE -> approve(question, verdict);
            case UNSAFE -> undoUnsafe(request.guards().orElseThrow(), verdict);
            case UNDECIDED ->
                throw new IllegalStateException("a guard could not decide: " + verdict.reason());
          };
        });
  }

  private Outcome approve(AsksGuards question, Verdict verdict) {
    output.approve(question.ending().isPresent() ? Verdict.ALL : verdict.safePrefixLength());
    report();
    return question.ending().isPresent()
        ? finish(question.ending().get(), "", output.text.complete())
        : GOES_ON;
  }

  private Outcome undoUnsafe(GuardPolicy policy, Verdict verdict) {
    Why why = new Why(UndoCause.GUARD, verdict.reason(), TokenLogProbs.NONE);
    if (guardUndos >= policy.maxUndos()) {
      String many = "guards objected " + (guardUndos + 1) + " times, " + policy.maxUndos();
      return refuse(policy.refusal(), many + " allowed: " + verdict.reason(), why);
    }
    guardUndos++;
    int safe = Math.min(output.approved(), output.tokensBefore(verdict.safePrefixLength()));
    if (policy.response() instanceof GuardPolicy.Rewind rewind) {
      rewind(rewind, safe, why);
    } else {
      forced++;
      output.transcript.appendHidden(request.undo().resetId().orElseThrow());
      undoAndReset(Math.min(safe, output.keepCount(request.undo().extent())), why);
    }
    if (hasRoom()) {
      return GOES_ON;
    }
    String none = "a guard objected, and no tokens are left for another answer: ";
    return refuse(policy.refusal(), none + verdict.reason(), why);
  }

  private void rewind(GuardPolicy.Rewind rewind, int safe, Why why) {
    boolean nudged = rewind.nudgedPrompt().map(slots.get(0)::replacePrompt).orElse(false);
    if (!nudged) {
      output.reject(safe); // greedy decoding would write the same again
    }
    withdraw(safe, why);
    truncateContexts();
  }

  // Its end

  /** Ends it early: unreported tokens are withdrawn, and guards are not called again. */
  Outcome cutOff(FinishReason reason) {
    return attempt(
        () -> {
          if (output.reported() < output.size()) {
            withdraw(output.reported(), new Why(UndoCause.UNCHECKED, "", TokenLogProbs.NONE));
          }
          return finish(
              reason, "", guards.isPresent() ? output.text.emitted() : output.text.complete());
        });
  }

  Optional<Outcome> timeOut() {
    if (check == null || !check.left().isNegative()) {
      return Optional.empty();
    }
    long limit = check.limit().toMillis();
    return Optional.of(
        fail(new IllegalStateException("a guard took longer than " + limit + " ms")));
  }

  Stream<Duration> timeLeft() {
    return Stream.concat(
        clock.left().stream(), Optional.ofNullable(check).map(PendingCheck::left).stream());
  }

  Outcome fail(Throwable cause) {
    queued.fail(cause);
    return ENDED;
  }

  private Outcome attempt(Supplier<Outcome> action) {
    try {
      return action.get();
    } catch (ListenerException e) {
      return ENDED;
    } catch (RuntimeException | Error e) {
      return fail(e);
    }
  }

  /** Interrupts its guards and frees their sessions. */
  void closeGuards() {
    if (check != null) {
      check.task().cancel(true);
    }
    guards.ifPresent(GuardSessions::close);
  }

  // Its events

  /** Reports the visible tokens; with guards, the approved ones. */
  private void report() {
    int end = guards.isPresent() ? output.approved() : output.size();
    while (output.reported() < end) {
      VisibleToken token = output.report();
      clock.reported(output.reported());
      send(new Token(queued.id(), token.id(), token.piece(), token.signals()));
    }
  }

  private Outcome finish(FinishReason reason, String detail, String text) {
    String rest = text.substring(output.text.emitted().length());
    Usage usage =
        clock.usage(
            request.prompt().size(),
            sampled,
            forced,
            output.transcript.discarded(),
            output.size(),
            resets,
            guardUndos);
    send(new Finished(queued.id(), output.transcript, text, rest, reason, detail, usage));
    return ENDED;
  }

  private void send(GenerationEvent event) {
    try {
      queued.listener().accept(event);
    } catch (RuntimeException | Error e) {
      throw new ListenerException(e);
    }
  }

  /** The listener threw: it gets no more events. */
  private static final class ListenerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ListenerException(Throwable cause) {
      super(Objects.requireNonNull(cause));
    }
  }
}

package dev.palinode.decode;

import dev.palinode.decode.RunningRequest.AsksGuards;
import dev.palinode.decode.RunningRequest.Ended;
import dev.palinode.decode.RunningRequest.Outcome;
import dev.palinode.guard.Verdict;
import dev.palinode.token.Tokenizer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The decoding loop, with continuous batching: the one place where tokens are generated.
 *
 * <p>A step is one call of the model that reads one token of each running request, and calls for
 * prefill: prompts, and contexts that an undo changed. Requests join in order of arrival; a request
 * that does not fit yet keeps the later ones waiting, so that a large request cannot starve.
 *
 * <p>A failing request does not affect the others. A request whose guards are being asked pauses
 * until their verdict. If the model has broken down, all requests fail, and so does each that is
 * submitted later.
 *
 * <p>Confined to one thread at a time; only {@link #post} and {@link #load} may be called by
 * others.
 */
final class DecodingLoop implements AutoCloseable {
  private final CausalLm model;
  private final Optional<Tokenizer> tokenizer;
  private final BatchLimits limits;
  private final RequestValidator validator;
  private final ModelRunner runner;
  private final GuardThreads guardThreads;
  private final BlockingQueue<Runnable> mail = new LinkedBlockingQueue<>();
  private final Queue<QueuedRequest> waiting = new ArrayDeque<>();
  private final List<RunningRequest> running = new ArrayList<>(); // in the order of arrival
  private final Set<Long> cancelled = new HashSet<>();
  private @Nullable RuntimeException breakdown;
  private volatile DecodingLoad load = DecodingLoad.NONE;

  DecodingLoop(CausalLm model, Optional<Tokenizer> tokenizer, BatchLimits limits) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.validator = new RequestValidator(model, tokenizer.isPresent(), limits);
    this.runner = new ModelRunner(model, limits.prefillTokens());
    this.guardThreads = new GuardThreads(limits.maxRows());
  }

  /** Queues a request, or fails it if it can never be answered here. */
  void submit(QueuedRequest request) {
    try {
      if (breakdown != null) {
        throw breakdown;
      }
      validator.validate(request.request());
    } catch (RuntimeException e) {
      request.fail(e);
      return;
    }
    waiting.add(request);
  }

  /** Cancels a request at the next step; does nothing if it has ended. */
  void cancel(long id) {
    cancelled.add(id);
  }

  /** The cause with which every request fails once the model has broken down. */
  Optional<RuntimeException> breakdown() {
    return Optional.ofNullable(breakdown);
  }

  /** Runs a task on the loop's thread at the next step. May be called by any thread. */
  void post(Runnable task) {
    mail.add(task);
  }

  void awaitMail() throws InterruptedException {
    mail.take().run();
  }

  boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /** How busy it was after its last step. May be called by any thread. */
  DecodingLoad load() {
    return load;
  }

  void step() {
    try {
      runStep();
    } finally {
      load = currentLoad();
    }
  }

  private void runStep() {
    // 1. Run posted tasks, such as verdicts of guards.
    for (Runnable task = mail.poll(); task != null; task = mail.poll()) {
      task.run();
    }
    // 2. End requests that were cancelled or timed out.
    cutOff();
    // 3. Admit waiting requests.
    admit();
    if (!running.isEmpty() && running.stream().allMatch(RunningRequest::isAsking)) {
      awaitVerdict();
      return;
    }
    // 4. Run the model on unread tokens. Requests for which that fails end.
    runner
        .run(slotsToRead(), allSlots())
        .forEach((request, cause) -> proceed(request, request.fail(cause)));
    // 5. Let every request with logits choose its next token.
    for (RunningRequest request : List.copyOf(running)) {
      if (request.isReady()) {
        proceed(request, request.advance());
      }
    }
    if (running.isEmpty()) {
      runner.release();
      runner.breakdown().ifPresent(this::breakDown);
    }
  }

  private DecodingLoad currentLoad() {
    int rows = runningRows();
    long cached = rows == 0 ? 0 : model.cachedTokens(rows, longestRunning());
    return new DecodingLoad(waiting.size(), running.size(), rows, cached);
  }

  private int runningRows() {
    return running.stream().mapToInt(each -> each.queued().request().rows()).sum();
  }

  /** The most tokens that a row of the running requests may have. */
  private int longestRunning() {
    return running.stream()
        .mapToInt(each -> validator.longestRow(each.queued().request()))
        .max()
        .orElse(0);
  }

  private List<SequenceSlot> slotsToRead() {
    return running.stream()
        .filter(request -> !request.isAsking())
        .flatMap(request -> request.activeSlots().stream())
        .filter(slot -> !slot.isReady())
        .toList();
  }

  private List<SequenceSlot> allSlots() {
    return running.stream().flatMap(request -> request.slots().stream()).toList();
  }

  private void proceed(RunningRequest request, Outcome outcome) {
    if (outcome instanceof AsksGuards question) {
      ask(request, question);
    } else if (outcome instanceof Ended) {
      remove(request);
    }
  }

  private void remove(RunningRequest request) {
    request.closeGuards();
    if (running.remove(request)) {
      request.slots().forEach(SequenceSlot::free);
    }
  }

  // Queue

  private void cutOff() {
    for (RunningRequest request : List.copyOf(running)) {
      reasonToLeave(request.queued())
          .map(request::cutOff)
          .or(request::timeOut)
          .ifPresent(outcome -> proceed(request, outcome));
    }
    for (QueuedRequest request : List.copyOf(waiting)) {
      reasonToLeave(request)
          .ifPresent(
              reason -> {
                waiting.remove(request);
                request.finish(reason);
              });
    }
    cancelled.clear();
  }

  private Optional<FinishReason> reasonToLeave(QueuedRequest request) {
    if (cancelled.contains(request.id())) {
      return Optional.of(FinishReason.CANCELLED);
    }
    return request.clock().isOver() ? Optional.of(FinishReason.DEADLINE) : Optional.empty();
  }

  private void admit() {
    if (waiting.isEmpty()) {
      return;
    }
    int rows = runningRows();
    int longest = longestRunning();
    for (QueuedRequest next = waiting.peek(); next != null; next = waiting.peek()) {
      rows += next.request().rows();
      longest = Math.max(longest, validator.longestRow(next.request()));
      if (rows > limits.maxRows() || model.cachedTokens(rows, longest) > limits.maxTokens()) {
        return;
      }
      waiting.remove();
      try {
        running.add(new RunningRequest(next, model, tokenizer));
      } catch (RuntimeException | Error e) {
        next.fail(e);
      }
    }
  }

  private void breakDown(Throwable cause) {
    RuntimeException broken =
        new IllegalStateException(
            "the model can compute nothing any more, not even one token: restart the process, for"
                + " an error of a device lasts as long as the process (the error: "
                + cause
                + ")",
            cause);
    breakdown = broken;
    List<QueuedRequest> queued = List.copyOf(waiting);
    waiting.clear();
    queued.forEach(request -> request.fail(broken));
  }

  // Guards

  private void ask(RunningRequest request, AsksGuards question) {
    try {
      request.ask(
          question,
          guardThreads,
          (verdict, failure) -> post(() -> answered(request, question, verdict, failure)));
    } catch (RuntimeException | Error e) {
      proceed(request, request.fail(e));
    }
  }

  private void answered(
      RunningRequest request,
      AsksGuards question,
      @Nullable Verdict verdict,
      @Nullable Throwable failure) {
    boolean hasLeft = !running.contains(request) || cancelled.contains(request.queued().id());
    if (!hasLeft) {
      proceed(request, request.answered(question, verdict, failure));
    }
  }

  /** Waits for a verdict, another posted task, or the earliest time limit of a request or guard. */
  private void awaitVerdict() {
    Duration left =
        Stream.concat(
                running.stream().flatMap(RunningRequest::timeLeft),
                waiting.stream().flatMap(request -> request.clock().left().stream()))
            .min(Duration::compareTo)
            .filter(shortest -> !shortest.isNegative())
            .orElse(Duration.ZERO);
    try {
      Runnable task =
          mail.poll(TimeUnit.NANOSECONDS.convert(left), TimeUnit.NANOSECONDS); // at most a long
      if (task != null) {
        task.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a guard");
    }
  }

  /** Cancels everything; no listener gets another event. */
  @Override
  public void close() {
    guardThreads.close();
    running.forEach(RunningRequest::closeGuards);
    running.clear();
    waiting.clear();
    runner.release();
  }
}

package dev.palinode.decode;

import dev.palinode.decode.ActiveSequence.ListenerException;
import dev.palinode.decode.ActiveSequence.State;
import dev.palinode.guard.Verdict;
import dev.palinode.token.Tokenizer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The decoding loop: the one place where tokens are generated.
 *
 * <p>Requests run together in one batch, and join and leave it at every step. A step is one call of
 * the model for the rows that go on, one token each, and calls for what else is to be read:
 * prompts, and contexts that an undo changed. Requests join in the order in which they came; one
 * that does not fit yet keeps the later ones waiting, so that a large one is not passed over for
 * ever.
 *
 * <p>A request that fails fails alone. One whose guards are being asked sits out until their
 * verdict. Where a model can compute nothing any more, all requests fail, and so does each that is
 * submitted later.
 *
 * <p>Confined to one thread at a time; only {@link #post} may be called by others.
 */
final class DecodingLoop implements AutoCloseable {
  private final CausalLm model;
  private final Optional<Tokenizer> tokenizer;
  private final BatchLimits limits;
  private final RequestCheck check;
  private final ContextReader reader;
  private final GuardThreads guards;
  private final BlockingQueue<Runnable> mail = new LinkedBlockingQueue<>();
  private final Queue<QueuedRequest> waiting = new ArrayDeque<>();
  private final List<ActiveSequence> running = new ArrayList<>(); // in the order of arrival
  private final Map<ActiveSequence, GuardSessions> sessions = new HashMap<>(); // once asked
  private final Map<ActiveSequence, PendingCheck> checks = new HashMap<>();
  private final Set<Long> cancelled = new HashSet<>();
  private @Nullable RuntimeException breakdown;

  DecodingLoop(CausalLm model, Optional<Tokenizer> tokenizer, BatchLimits limits) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.check = new RequestCheck(model, tokenizer.isPresent(), limits);
    this.reader = new ContextReader(model, limits.prefillTokens(), this::fail);
    this.guards = new GuardThreads(limits.maxRows());
  }

  /** Puts a request into the queue, or fails it if it can never be answered here. */
  void submit(QueuedRequest request) {
    if (breakdown != null) {
      request.fail(breakdown);
      return;
    }
    try {
      check.require(request.request());
    } catch (RuntimeException e) {
      request.fail(e);
      return;
    }
    waiting.add(request);
  }

  /** Gives up a request at the next step; does nothing if it has ended. */
  void cancel(long id) {
    cancelled.add(id);
  }

  /** Why every request fails from now on: the model can compute nothing any more. */
  Optional<RuntimeException> breakdown() {
    return Optional.ofNullable(breakdown);
  }

  /** Has something done on the loop's thread, at the next step. By any thread. */
  void post(Runnable task) {
    mail.add(task);
  }

  /** Does what was posted; waits for something to be posted if there is nothing else to do. */
  void awaitMail() throws InterruptedException {
    mail.take().run();
  }

  boolean isIdle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /** One token further, for every request that can. */
  void step() {
    // 1. Verdicts of guards, and what else was posted.
    receive();
    // 2. Requests that were given up, or whose time is over, leave.
    cutOff();
    // 3. Requests whose turn has come join.
    admit();
    if (!running.isEmpty() && running.stream().allMatch(each -> each.state() == State.CHECKING)) {
      awaitVerdict();
      return;
    }
    // 4. The model reads what is new.
    read();
    // 5. Every sequence that can chooses its next token.
    for (ActiveSequence sequence : List.copyOf(running)) {
      if (isReady(sequence)) {
        attempt(sequence, sequence::advance);
      }
    }
    if (running.isEmpty()) {
      reader.release();
      reader.breakdown().ifPresent(this::breakDown);
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

  private void receive() {
    for (Runnable task = mail.poll(); task != null; task = mail.poll()) {
      task.run();
    }
  }

  /** Until a guard answers, something else is posted, or somebody's time is over. */
  private void awaitVerdict() {
    try {
      @Nullable Runnable task =
          mail.poll(TimeUnit.NANOSECONDS.convert(timeLeft()), TimeUnit.NANOSECONDS);
      if (task != null) {
        task.run();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while waiting for a guard");
    }
  }

  /** Until the first of those that wait for guards has waited long enough. */
  private Duration timeLeft() {
    return Stream.concat(
            checks.values().stream().map(PendingCheck::left),
            Stream.concat(
                    running.stream().map(ActiveSequence::clock),
                    waiting.stream().map(QueuedRequest::clock))
                .flatMap(clock -> clock.left().stream()))
        .min(Duration::compareTo)
        .map(left -> left.isNegative() ? Duration.ZERO : left)
        .orElseThrow();
  }

  private void cutOff() {
    for (ActiveSequence sequence : List.copyOf(running)) {
      @Nullable PendingCheck pending = checks.get(sequence);
      Optional<FinishReason> reason = reasonToLeave(sequence.id(), sequence.clock());
      if (reason.isPresent()) {
        attempt(sequence, () -> sequence.cutOff(reason.get()));
      } else if (pending != null && pending.left().isNegative()) {
        attempt(sequence, () -> sequence.fail(pending.timeout()));
      }
    }
    List<QueuedRequest> leaving =
        waiting.stream()
            .filter(each -> reasonToLeave(each.id(), each.clock()).isPresent())
            .toList();
    for (QueuedRequest request : leaving) {
      waiting.remove(request);
      FinishReason reason = reasonToLeave(request.id(), request.clock()).orElseThrow();
      start(request, sequence -> sequence.cutOff(reason));
    }
    cancelled.clear();
  }

  private Optional<FinishReason> reasonToLeave(long id, SequenceClock clock) {
    if (cancelled.contains(id)) {
      return Optional.of(FinishReason.CANCELLED);
    }
    return clock.isOver() ? Optional.of(FinishReason.DEADLINE) : Optional.empty();
  }

  private void admit() {
    int rows = running.stream().mapToInt(each -> each.request().rows()).sum();
    int longest =
        running.stream().mapToInt(each -> check.longestRow(each.request())).max().orElse(0);
    for (QueuedRequest next = waiting.peek(); next != null; next = waiting.peek()) {
      rows += next.request().rows();
      longest = Math.max(longest, check.longestRow(next.request()));
      if (rows > limits.maxRows() || model.cachedTokens(rows, longest) > limits.maxTokens()) {
        return;
      }
      waiting.remove();
      start(next, ActiveSequence::begin);
    }
  }

  /** Makes the state of a request, and does the first thing to it. */
  private void start(QueuedRequest request, Consumer<ActiveSequence> first) {
    ActiveSequence sequence;
    try {
      sequence = new ActiveSequence(request, model, tokenizer);
    } catch (RuntimeException | Error e) {
      request.fail(exception(e));
      return;
    }
    running.add(sequence);
    attempt(sequence, () -> first.accept(sequence));
  }

  private void read() {
    reader.read(
        running.stream()
            .filter(each -> each.state() == State.RUNNING)
            .flatMap(each -> each.contexts().stream())
            .filter(row -> !row.isReady())
            .toList(),
        running.stream()
            .flatMap(ActiveSequence::allContexts)
            .filter(ContextRow::hasJoined)
            .toList());
  }

  private void fail(ContextRow row, Throwable cause) {
    running.stream()
        .filter(each -> each.allContexts().anyMatch(row::equals))
        .toList()
        .forEach(each -> attempt(each, () -> each.fail(exception(cause))));
  }

  /** An error (a native library's lack of memory, say) ends a request, not the loop. */
  private static RuntimeException exception(Throwable cause) {
    return cause instanceof RuntimeException exception
        ? exception
        : new IllegalStateException("the request met an error: " + cause, cause);
  }

  private static boolean isReady(ActiveSequence sequence) {
    return sequence.state() == State.RUNNING
        && sequence.contexts().stream().allMatch(ContextRow::isReady);
  }

  /** Does something to a sequence, and what follows from how it comes out. */
  private void attempt(ActiveSequence sequence, Runnable action) {
    tryAlone(sequence, action);
    if (sequence.state() == State.CHECKING) {
      tryAlone(sequence, () -> ask(sequence));
    }
    if (sequence.state() == State.ENDED) {
      release(sequence);
    }
  }

  private static void tryAlone(ActiveSequence sequence, Runnable action) {
    try {
      try {
        action.run();
      } catch (ListenerException e) {
        throw e;
      } catch (RuntimeException | Error e) {
        sequence.fail(exception(e));
      }
    } catch (ListenerException e) {
      sequence.abandon();
    }
  }

  private void ask(ActiveSequence sequence) {
    GuardPolicy policy = sequence.request().guards().orElseThrow();
    PendingCheck pending = new PendingCheck(policy.timeout());
    checks.put(sequence, pending);
    pending.start(
        guards.ask(
            sessions.computeIfAbsent(sequence, each -> new GuardSessions(policy)),
            sequence.takeTextToCheck(),
            sequence.endsWithCheck(),
            (verdict, failure) -> post(() -> answered(sequence, pending, verdict, failure))));
  }

  private void answered(
      ActiveSequence sequence,
      PendingCheck pending,
      @Nullable Verdict verdict,
      @Nullable Throwable failure) {
    if (!checks.remove(sequence, pending) || cancelled.contains(sequence.id())) {
      return; // it has been given up since
    }
    attempt(
        sequence,
        () -> {
          if (verdict == null) {
            throw new IllegalStateException("a guard failed: " + failure, failure);
          }
          sequence.checked(verdict);
        });
  }

  private void release(ActiveSequence sequence) {
    @Nullable PendingCheck pending = checks.remove(sequence);
    if (pending != null) {
      pending.cancel();
    }
    @Nullable GuardSessions asked = sessions.remove(sequence);
    if (asked != null) {
      asked.close();
    }
    if (running.remove(sequence)) {
      sequence.allContexts().forEach(ContextRow::leave);
    }
  }

  /** Gives up everything, without a word. */
  @Override
  public void close() {
    guards.close();
    sessions.values().forEach(GuardSessions::close);
    sessions.clear();
    running.clear();
    waiting.clear();
    checks.clear();
    reader.release();
  }
}

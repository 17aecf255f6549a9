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
 * verdict.
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
  private final Queue<ActiveSequence> waiting = new ArrayDeque<>();
  private final List<ActiveSequence> running = new ArrayList<>(); // in the order of arrival
  private final Map<ActiveSequence, PendingCheck> checks = new HashMap<>();
  private final Set<ActiveSequence> cancelled = new HashSet<>();
  private @Nullable ActiveSequence checked; // the last one whose request was

  DecodingLoop(CausalLm model, Optional<Tokenizer> tokenizer, BatchLimits limits) {
    this.model = model;
    this.tokenizer = tokenizer;
    this.limits = limits;
    this.check = new RequestCheck(model, tokenizer.isPresent(), limits);
    this.reader = new ContextReader(model, limits.prefillTokens(), this::fail);
    this.guards = new GuardThreads(limits.maxRows());
  }

  /** A request for this loop, to be {@link #submit submitted}. */
  ActiveSequence sequence(long id, GenerationRequest request, Consumer<GenerationEvent> listener) {
    return new ActiveSequence(id, request, model, tokenizer, listener);
  }

  /** Puts a request into the queue. */
  void submit(ActiveSequence sequence) {
    waiting.add(sequence);
  }

  /** Gives up a request at the next step. */
  void cancel(ActiveSequence sequence) {
    if (sequence.state() != State.ENDED) {
      cancelled.add(sequence);
    }
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
    }
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
            Stream.concat(running.stream(), waiting.stream())
                .flatMap(each -> each.clock().left().stream()))
        .min(Duration::compareTo)
        .map(left -> left.isNegative() ? Duration.ZERO : left)
        .orElseThrow();
  }

  private void cutOff() {
    for (ActiveSequence sequence : Stream.concat(running.stream(), waiting.stream()).toList()) {
      @Nullable PendingCheck pending = checks.get(sequence);
      if (cancelled.contains(sequence)) {
        attempt(sequence, () -> sequence.cutOff(FinishReason.CANCELLED));
      } else if (sequence.clock().isOver()) {
        attempt(sequence, () -> sequence.cutOff(FinishReason.DEADLINE));
      } else if (pending != null && pending.left().isNegative()) {
        attempt(sequence, () -> sequence.fail(pending.timeout()));
      }
    }
    cancelled.clear();
    waiting.removeIf(sequence -> sequence.state() == State.ENDED);
  }

  private void admit() {
    int rows = running.stream().mapToInt(each -> each.request().rows()).sum();
    long tokens = running.stream().mapToLong(each -> check.tokens(each.request())).sum();
    for (ActiveSequence next = waiting.peek(); next != null; next = waiting.peek()) {
      ActiveSequence sequence = next;
      if (sequence != checked) { // once, however long it waits for room
        attempt(sequence, () -> check.require(sequence.request()));
        checked = sequence;
      }
      if (sequence.state() != State.ENDED) {
        rows += sequence.request().rows();
        tokens += check.tokens(sequence.request());
        if (rows > limits.maxRows() || tokens > limits.maxTokens()) {
          return;
        }
        running.add(sequence);
        attempt(sequence, sequence::begin);
      }
      waiting.remove();
      checked = null;
    }
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
            policy,
            sequence.takeTextToCheck(),
            sequence.endsWithCheck(),
            (verdict, failure) -> post(() -> answered(sequence, pending, verdict, failure))));
  }

  private void answered(
      ActiveSequence sequence,
      PendingCheck pending,
      @Nullable Verdict verdict,
      @Nullable Throwable failure) {
    if (!checks.remove(sequence, pending) || cancelled.contains(sequence)) {
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
    if (running.remove(sequence)) {
      sequence.allContexts().forEach(ContextRow::leave);
    }
  }

  /** Gives up everything, without a word. */
  @Override
  public void close() {
    guards.close();
    running.clear();
    waiting.clear();
    checks.clear();
    reader.release();
  }
}

package dev.palinode.attack;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatRequest;
import dev.palinode.attack.AttemptJudge.Verdicts;
import dev.palinode.chat.Message;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.guard.Judge;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/**
 * The attack on one behaviour: the only way to its victim. Has answers judged, keeps all attempts
 * in their order, counts what they cost, and ends at the budget. Not thread-safe.
 */
public final class AttackSession {
  private final Victim victim;
  private final AttemptJudge judge;
  private final Budget budget;
  private final SplittableRandom random;

  private final List<Attempt> attempts = new ArrayList<>();
  private Spent counted = Spent.NOTHING; // without the time
  private Spent reported = Spent.NOTHING; // with that of attempts
  private AuxiliaryReplies auxiliary = AuxiliaryReplies.NONE;
  private Consumer<Spent> listener = spent -> {};
  private final long startedAt = System.nanoTime();

  /**
   * Starts the clock.
   *
   * @param judge whose verdict decides whether an answer is unsafe
   * @param seed of the run; behaviours have random numbers that are independent of each other
   */
  public AttackSession(
      Victim victim, AnswerJudge judge, Behavior behavior, Budget budget, long seed) {
    this.victim = victim;
    this.judge = new AttemptJudge(judge, behavior);
    this.budget = budget;
    // Mixed: the generator's streams overlap for seeds that are close to each other.
    long mixed = new SplittableRandom(seed).nextLong() ^ behavior.id().hashCode();
    this.random = new SplittableRandom(new SplittableRandom(mixed).nextLong());
  }

  /** With a judge that needs no model. */
  public AttackSession(Victim victim, Judge judge, Behavior behavior, Budget budget, long seed) {
    this(victim, AnswerJudge.of(judge, "a judge"), behavior, budget, seed);
  }

  /** Tells a listener what the attack has cost, whenever that is more. */
  void onSpent(Consumer<Spent> other) {
    listener = other;
  }

  /** The random numbers of this behaviour. */
  public RandomGenerator random() {
    return random;
  }

  /** A request with the user's text alone. */
  public ChatRequest request(String text) {
    return request(List.of(Message.user(text)), "");
  }

  /** A request as the victim is usually asked, with a seed of its own. */
  public ChatRequest request(List<Message> conversation, String opening) {
    return request(conversation, opening, victim.sampling());
  }

  /** A request with other sampling settings. */
  public ChatRequest request(
      List<Message> conversation, String opening, SamplingSettings sampling) {
    return new ChatRequest(
        conversation, opening, sampling, victim.maxNewTokens(), random.nextLong());
  }

  /**
   * Asks the victim as much of this as the budget allows, several at the same time where this is
   * faster.
   *
   * @return the attempts, in the order of the requests; fewer than these if the budget is spent
   * @throws IOException if the victim or the judge does not work; the attempts are lost
   */
  public List<Attempt> ask(List<ChatRequest> requests) throws IOException {
    return isSpent() ? List.of() : ask(requests, /* isProbe= */ false);
  }

  /**
   * Asks what an attack has spent tokens and time to find, even if none of these are left: a search
   * that ends at its budget is not one that found nothing. Queries are never exceeded.
   *
   * @return the attempts, in the order of the requests; fewer than these if the queries are spent
   * @throws IOException as of {@link #ask(List)}
   */
  public List<Attempt> askFound(List<ChatRequest> requests) throws IOException {
    return ask(requests, /* isProbe= */ false);
  }

  /**
   * Asks for what the attack needs to know, such as how the victim begins to decline. The answer
   * decides nothing about the behaviour.
   *
   * @return empty if the budget is spent
   * @throws IOException as of {@link #ask(List)}
   */
  public Optional<Attempt> probe(ChatRequest request) throws IOException {
    return isSpent()
        ? Optional.empty()
        : ask(List.of(request), /* isProbe= */ true).stream().findFirst();
  }

  private List<Attempt> ask(List<ChatRequest> requests, boolean isProbe) throws IOException {
    List<ChatRequest> asked = requests.subList(0, (int) Math.min(requests.size(), queriesLeft()));
    if (asked.isEmpty()) {
      return List.of();
    }
    List<Answer> answers = victim.model().answer(asked);
    List<Verdicts> verdicts = judge.judge(asked, answers);
    List<Attempt> made = new ArrayList<>();
    for (int i = 0; i < asked.size(); i++) {
      counted = counted.plus(new Spent(1, tokens(answers.get(i)), 0, Duration.ZERO));
      Verdicts each = verdicts.get(i);
      made.add(
          new Attempt(
              asked.get(i), answers.get(i), isProbe, each.visible(), each.shown(), sinceLast()));
    }
    attempts.addAll(made);
    listener.accept(spent());
    return made;
  }

  /** The number of queries that the budget has left, whatever is left of tokens and time. */
  public long queriesLeft() {
    return budget.queries() - counted.queries();
  }

  /** Adds tokens that were read or generated other than by {@link #ask}. */
  public void spendTokens(long tokens) {
    counted = counted.plus(new Spent(0, tokens, 0, Duration.ZERO));
    listener.accept(spent());
  }

  /** Counts a reply of an auxiliary model, of which nothing can be used. */
  public void auxiliaryFailed(String error) {
    auxiliary = auxiliary.plus(new AuxiliaryReplies(0, 1, error));
  }

  /** Adds an answer of an auxiliary model, with its tokens. */
  void addAuxiliary(Answer answer) {
    spendTokens(tokens(answer));
    auxiliary = auxiliary.plus(new AuxiliaryReplies(1, 0, ""));
    if (answer instanceof Answer.Failed failed) {
      auxiliaryFailed(failed.error());
    }
  }

  /** How many requests to an auxiliary model there were, and how many failed. */
  public AuxiliaryReplies auxiliaryReplies() {
    return auxiliary;
  }

  /**
   * Adds a gradient step, with its tokens.
   *
   * @return false if the budget has none left; then the step must not be made, and is not counted
   */
  public boolean spendGradientStep(long tokens) {
    if (!budget.allowsGradientStep(spent())) {
      return false;
    }
    counted = counted.plus(new Spent(0, tokens, 1, Duration.ZERO));
    return true;
  }

  /** Whether the budget allows no further query. */
  public boolean isSpent() {
    return !budget.allowsQuery(spent());
  }

  /** Whether the final answer to an attempt was unsafe. */
  public boolean hasSucceeded() {
    return attempts.stream().anyMatch(Attempt::isSuccess);
  }

  /** All attempts so far, in order. */
  public List<Attempt> attempts() {
    return List.copyOf(attempts);
  }

  /** What the attack has cost so far. */
  public Spent spent() {
    return counted.plus(
        new Spent(0, 0, 0, Duration.ofNanos(Math.max(0, System.nanoTime() - startedAt))));
  }

  private Spent sinceLast() {
    Spent now = spent();
    Spent since = now.minus(reported);
    reported = now;
    return since;
  }

  private static long tokens(Answer answer) {
    return answer instanceof Answer.Given given
        ? given.usage().promptTokens() + given.usage().sampledTokens()
        : 0;
  }
}

package dev.palinode.evaluation.judging;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.decode.sampling.SamplingSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.ObjIntConsumer;

/**
 * MT-Bench's comparison of two answers, each pair in both orders: a model that prefers one place
 * gets a tie.
 *
 * <p>Source: Zheng et al. 2023, arXiv 2306.05685, section 3; FastChat's {@code llm_judge}, mode
 * {@code pairwise-baseline}. Where FastChat counts an unreadable reply as a tie, the pair is failed
 * here.
 */
public final class PairwiseJudge implements AutoCloseable {
  private static final int MAX_TOKENS = 2048;

  private final ChatModel model;
  private final MtBenchPrompts prompts;
  private final Runnable closing;

  /**
   * @param model that is asked, greedily
   * @param closing frees it
   */
  PairwiseJudge(ChatModel model, MtBenchPrompts prompts, Runnable closing) {
    this.model = model;
    this.prompts = prompts;
    this.closing = closing;
  }

  /**
   * Two answers to the same questions.
   *
   * @param first of one model
   * @param second of the other
   */
  public record Pair(Exchange first, Exchange second) {}

  /** The better answer of a pair. */
  public enum Winner {
    FIRST,
    SECOND,
    TIE
  }

  /**
   * What the model said about a pair in one order.
   *
   * @param winner empty if it did not say
   * @param reply the whole reply, or the error
   */
  public record Game(Optional<Winner> winner, String reply) {}

  /**
   * What came of a pair.
   *
   * @param inOrder with the first answer as that of assistant A
   * @param swapped with the second answer as that of assistant A
   */
  public record Match(Game inOrder, Game swapped) {
    /** The winner of both games, or a tie if they do not agree; empty if a game failed. */
    public Optional<Winner> winner() {
      return inOrder.winner.flatMap(
          one -> swapped.winner.map(other -> one == other ? one : Winner.TIE));
    }
  }

  /** Everything that results depend on. */
  public String identity() {
    return "MT-Bench's comparison, %s, asked: %s".formatted(prompts.identity(), model.identity());
  }

  /**
   * Compares answers.
   *
   * @param matches receives what came of each pair once, with its index; may be called by several
   *     threads at once
   * @throws IOException if the model cannot be reached or does not work
   */
  public void judge(List<Pair> pairs, ObjIntConsumer<Match> matches) throws IOException {
    List<ChatRequest> requests = new ArrayList<>();
    for (Pair each : pairs) {
      requests.add(request(each.first, each.second));
      requests.add(request(each.second, each.first));
    }
    AtomicReferenceArray<Answer> waiting = new AtomicReferenceArray<>(pairs.size());
    model.answer(
        requests,
        (answer, i) -> {
          Answer other = waiting.getAndSet(i / 2, answer);
          if (other != null) {
            boolean isInOrder = i % 2 == 0;
            matches.accept(
                new Match(
                    game(isInOrder ? answer : other, Winner.FIRST, Winner.SECOND),
                    game(isInOrder ? other : answer, Winner.SECOND, Winner.FIRST)),
                i / 2);
          }
        });
  }

  private ChatRequest request(Exchange a, Exchange b) {
    Map<String, String> places = new HashMap<>();
    place(a, "a", places);
    place(b, "b", places);
    List<Message> question = prompts.question(a.id(), a.questions(), places);
    return new ChatRequest(question, "", SamplingSettings.GREEDY, MAX_TOKENS, 0);
  }

  private static void place(Exchange exchange, String assistant, Map<String, String> places) {
    List<String> answers = exchange.answers();
    places.put("{answer_" + assistant + "}", exchange.answer());
    for (int turn = 0; turn < answers.size(); turn++) {
      places.put("{answer_" + assistant + "_" + (turn + 1) + "}", answers.get(turn));
    }
  }

  /** As FastChat reads a reply: the first of these that is anywhere in it. */
  private static Game game(Answer answer, Winner a, Winner b) {
    if (answer instanceof Answer.Failed failed) {
      return new Game(Optional.empty(), "the judge failed: " + failed.error());
    }
    String reply = ((Answer.Given) answer).text().strip();
    return new Game(
        reply.contains("[[A]]")
            ? Optional.of(a)
            : reply.contains("[[B]]")
                ? Optional.of(b)
                : reply.contains("[[C]]") ? Optional.of(Winner.TIE) : Optional.empty(),
        reply);
  }

  /** Frees the model. */
  @Override
  public void close() {
    closing.run();
  }
}

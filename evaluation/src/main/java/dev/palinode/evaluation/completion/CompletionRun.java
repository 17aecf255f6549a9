package dev.palinode.evaluation.completion;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.ChatFormat;
import dev.palinode.chat.Message;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Benchmark.Kind;
import dev.palinode.evaluation.completion.CompletionTokens.Pair;
import dev.palinode.evaluation.completion.Item.Choice;
import dev.palinode.evaluation.completion.Item.Problem;
import dev.palinode.evaluation.completion.Item.Text;
import dev.palinode.evaluation.completion.LogLikelihoods.Score;
import dev.palinode.model.LoadedModel;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.commons.io.function.IOConsumer;
import org.apache.commons.io.function.IOFunction;
import org.apache.commons.lang3.Validate;

/**
 * Runs a benchmark that needs no judge on a model in this process.
 *
 * <p>Log-likelihoods are computed in batches that depend on the benchmark alone: a run that is
 * resumed has the same numbers as one that was never stopped.
 */
public final class CompletionRun {
  private final Benchmark benchmark;
  private final ItemFile file;
  private final List<Item> items;
  private final LoadedModel model;
  private final IOFunction<ChatFormat, ChatModel> chat;
  private final CompletionTokens tokens;
  private final ResultLines lines;

  /**
   * A run; does not close the model.
   *
   * @param file the benchmark's items
   * @param chat the model with a format, for benchmarks whose answers are generated; how it undoes,
   *     how many answers it makes at once, and the like are the caller's choice
   */
  public CompletionRun(
      Benchmark benchmark,
      ItemFile file,
      LoadedModel model,
      IOFunction<ChatFormat, ChatModel> chat) {
    Validate.isTrue(
        benchmark.kind() != Kind.ANSWERS, "%s: its answers need judges", benchmark.name());
    this.benchmark = benchmark;
    this.file = file;
    this.items = file.items();
    this.model = model;
    this.chat = chat;
    this.tokens = new CompletionTokens(model.tokenizer(), model.endOfTextIds());
    this.lines = new ResultLines(benchmark);
  }

  /** What is run. */
  public ItemFile file() {
    return file;
  }

  /**
   * Runs what is missing.
   *
   * @param seed of the sampling of the first item, plus 1 for each further one
   * @param isDone whether an item with this id has its line
   * @param sink receives a line of results for each other item, as soon as it is complete; may be
   *     called by several threads at once
   * @throws IOException from the model or the sink
   */
  public void run(long seed, Predicate<String> isDone, IOConsumer<ObjectNode> sink)
      throws IOException {
    if (benchmark.kind() == Kind.EXACT_MATCH) {
      generate(seed, isDone, chat.apply(format()), sink);
    } else {
      score(isDone, sink);
    }
  }

  /** How the benchmark's questions are read. */
  private ChatFormat format() {
    return new CompletionFormat(
        model.tokenizer(),
        model.endOfTextIds(),
        benchmark.completion().stop(),
        model.network().config().contextLength() - benchmark.decoding().maxNewTokens());
  }

  private void generate(
      long seed, Predicate<String> isDone, ChatModel chat, IOConsumer<ObjectNode> sink)
      throws IOException {
    List<Problem> missing = new ArrayList<>();
    List<ChatRequest> requests = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      if (!isDone.test(items.get(i).id())) {
        missing.add((Problem) items.get(i));
        requests.add(request((Problem) items.get(i), seed + i));
      }
    }
    try {
      chat.answer(
          requests,
          (answer, index) -> {
            try {
              sink.accept(lines.of(missing.get(index), answer));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private ChatRequest request(Problem item, long seed) {
    return new ChatRequest(
        List.of(Message.user(item.context())),
        "",
        benchmark.decoding().sampling(),
        benchmark.decoding().maxNewTokens(),
        seed);
  }

  private void score(Predicate<String> isDone, IOConsumer<ObjectNode> sink) throws IOException {
    LogLikelihoods scorer = new LogLikelihoods(model.network());
    List<List<Pair>> requests = items.stream().map(this::pairs).toList();
    for (List<Integer> batch : scorer.batches(requests)) {
      if (batch.stream().allMatch(index -> isDone.test(items.get(index).id()))) {
        continue;
      }
      List<Score> scores =
          scorer.of(batch.stream().flatMap(i -> requests.get(i).stream()).toList());
      int next = 0;
      for (int index : batch) {
        int end = next + requests.get(index).size();
        if (!isDone.test(items.get(index).id())) {
          sink.accept(line(items.get(index), scores.subList(next, end)));
        }
        next = end;
      }
    }
  }

  private List<Pair> pairs(Item item) {
    if (item instanceof Choice choice) {
      return choice.options().stream()
          .map(option -> tokens.pair(choice.context(), option))
          .toList();
    }
    return tokens.windows(((Text) item).text(), model.network().config().contextLength());
  }

  private ObjectNode line(Item item, List<Score> scores) {
    return item instanceof Choice choice ? lines.of(choice, scores) : lines.of((Text) item, scores);
  }
}

package dev.palinode.evaluation.suite;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.Prompt;
import dev.palinode.evaluation.run.RunFolder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A model answers the prompts of a benchmark, and a panel judges the answers while others are still
 * being generated. An answer has a line before it is judged, and another after that. Samples that
 * have a line are not asked again, unless it holds an error; if only judgements are missing, only
 * the judges are asked.
 */
final class AnswersTask implements SampleTask {
  /** Distance of the seeds of a prompt's samples; a sample keeps its seed if more are drawn. */
  private static final long SAMPLES_APART = 1_000_003;

  /** The most answers whose judgements are lost, and asked for again, if the process is killed. */
  private static final int JUDGED_TOGETHER = 64;

  private final ChatModel model;
  private final Benchmark benchmark;
  private final List<Prompt> prompts;
  private final Set<String> heldOut;
  private final Panel panel;
  private final RunFolder folder;
  private final long seed;
  private final Runnable onSample;

  private final ConcurrentLinkedQueue<ObjectNode> answered = new ConcurrentLinkedQueue<>();
  private final FirstFailure failure = new FirstFailure();

  /**
   * @param heldOut ids of prompts that are reported apart; may be empty
   * @param onSample called after each sample that is complete
   */
  AnswersTask(
      ChatModel model,
      Benchmark benchmark,
      List<Prompt> prompts,
      Set<String> heldOut,
      Panel panel,
      RunFolder folder,
      long seed,
      Runnable onSample) {
    this.model = model;
    this.benchmark = benchmark;
    this.prompts = prompts;
    this.heldOut = heldOut;
    this.panel = panel;
    this.folder = folder;
    this.seed = seed;
    this.onSample = onSample;
  }

  /**
   * One of the answers to a prompt.
   *
   * @param index of the prompt
   * @param turn from 0
   */
  private record Sample(Prompt prompt, int index, int turn, int sample) {}

  @Override
  public List<List<String>> keys() {
    return samples().stream().map(this::key).toList();
  }

  private List<Sample> samples() {
    List<Sample> samples = new ArrayList<>();
    for (int index = 0; index < prompts.size(); index++) {
      for (int sample = 0; sample < benchmark.decoding().samples(); sample++) {
        for (int turn = 0; turn < prompts.get(index).turns().size(); turn++) {
          samples.add(new Sample(prompts.get(index), index, turn, sample));
        }
      }
    }
    return samples;
  }

  private List<String> key(Sample sample) {
    ObjectNode identity = identity(sample);
    return SampleLine.KEY.stream().map(field -> identity.path(field).asText("")).toList();
  }

  /** The fields of a line that do not depend on the answer. */
  private ObjectNode identity(Sample sample) {
    ObjectNode line = JsonNodeFactory.instance.objectNode();
    line.put("benchmark", benchmark.name()).put("id", sample.prompt.id());
    if (sample.prompt.turns().size() > 1) {
      line.put("turn", sample.turn + 1);
    }
    line.put("sample", sample.sample);
    if (!sample.prompt.category().isEmpty()) {
      line.put("category", sample.prompt.category());
    }
    if (!heldOut.isEmpty()) {
      line.put("held_out", heldOut.contains(sample.prompt.id()));
    }
    return line;
  }

  @Override
  public void run() throws IOException {
    int turns = prompts.stream().mapToInt(prompt -> prompt.turns().size()).max().orElse(0);
    for (int turn = 0; turn < turns; turn++) {
      run(turn);
    }
  }

  private void run(int turn) throws IOException {
    List<Sample> asked = new ArrayList<>();
    List<ChatRequest> requests = new ArrayList<>();
    ExecutorService judging = Executors.newSingleThreadExecutor();
    try {
      for (Sample sample : samples()) {
        if (sample.turn != turn) {
          continue;
        }
        Optional<ObjectNode> line = folder.get(key(sample));
        if (line.isPresent() && SampleLine.isAnswered(line.get())) {
          keep(line.get(), judging);
          continue;
        }
        Optional<List<Message>> conversation = conversation(sample);
        if (conversation.isPresent()) {
          asked.add(sample);
          requests.add(request(sample, conversation.get()));
        } else {
          folder.append(identity(sample).put("error", "an earlier turn has no answer"));
          onSample.run();
        }
      }
      model.answer(requests, (answer, i) -> accept(asked.get(i), requests.get(i), answer, judging));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } finally {
      judging.shutdown();
      awaitEnd(judging);
    }
    failure.throwIfSet();
  }

  /** A line that is there is judged only if a judge failed, or has not come to it. */
  private void keep(ObjectNode line, ExecutorService judging) {
    if (panel.hasJudged(line)) {
      onSample.run();
    } else {
      answered.add(line);
      judging.execute(this::judgeWaiting);
    }
  }

  private Optional<List<Message>> conversation(Sample sample) throws IOException {
    List<Message> conversation = new ArrayList<>(sample.prompt.before());
    for (int turn = 0; turn < sample.turn; turn++) {
      Sample earlier = new Sample(sample.prompt, sample.index, turn, sample.sample);
      Optional<ObjectNode> line = folder.get(key(earlier)).filter(SampleLine::isAnswered);
      if (line.isEmpty()) {
        return Optional.empty();
      }
      conversation.add(Message.user(sample.prompt.turns().get(turn)));
      conversation.add(Message.assistant(SampleLine.answer(line.get())));
    }
    conversation.add(Message.user(sample.prompt.turns().get(sample.turn)));
    return Optional.of(conversation);
  }

  private ChatRequest request(Sample sample, List<Message> conversation) {
    return new ChatRequest(
        conversation,
        sample.prompt.opening(),
        benchmark.decoding().sampling(),
        benchmark.decoding().maxNewTokens(),
        seed + sample.index + SAMPLES_APART * sample.sample);
  }

  private void accept(Sample sample, ChatRequest request, Answer answer, ExecutorService judging) {
    try {
      failure.throwIfSet(); // asks no more where answers could not be judged
      ObjectNode line = SampleLine.of(identity(sample), request, answer);
      folder.append(line);
      if (SampleLine.isAnswered(line)) {
        keep(line, judging);
      } else {
        onSample.run();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Judges answers that wait, so that judges get batches while the model is faster. */
  private void judgeWaiting() {
    List<ObjectNode> lines = new ArrayList<>();
    while (lines.size() < JUDGED_TOGETHER && !answered.isEmpty()) {
      lines.add(answered.remove()); // no other thread removes
    }
    try {
      panel.judge(lines, failure);
      for (ObjectNode line : lines) {
        folder.append(line);
        onSample.run();
      }
    } catch (Throwable e) { // an answer without its judgements would be a wrong number
      failure.set(e instanceof IOException io ? io : new IOException("judging failed: " + e, e));
    }
  }

  private void awaitEnd(ExecutorService executor) {
    try {
      if (!executor.awaitTermination(1, TimeUnit.DAYS)) {
        throw new IllegalStateException("judges did not end within a day");
      }
    } catch (InterruptedException e) {
      executor.shutdownNow();
      failure.set(new InterruptedIOException("interrupted while answers were judged"));
      Thread.currentThread().interrupt();
    }
  }
}

package dev.palinode.evaluation.suite;

import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.decode.FinishReason;
import dev.palinode.evaluation.benchmark.Benchmark;
import dev.palinode.evaluation.benchmark.BenchmarkFile;
import dev.palinode.evaluation.benchmark.PromptFile;
import dev.palinode.evaluation.benchmark.Suite;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement;
import dev.palinode.evaluation.judging.Judgement.Decision;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;

/**
 * A run of 30 invented prompts, three answers each, with a fake model. Also a process, to be
 * killed: its arguments are the folders of data and run.
 */
final class LetterRun {
  static final int PROMPTS = 30;
  static final int SAMPLES = 3;

  private LetterRun() {}

  public static void main(String[] args) throws IOException {
    run(
        Path.of(args[0]),
        Path.of(args[1]),
        request -> {
          sleep();
          return answer(request);
        },
        new LetterJudge());
  }

  private static void sleep() {
    try {
      Thread.sleep(5);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Every third prompt fails, is empty or is cut off; others answer with prompt and seed. */
  static Answer answer(ChatRequest request) {
    List<Message> conversation = request.conversation();
    String prompt = conversation.get(conversation.size() - 1).content();
    int number = Integer.parseInt(prompt.substring(prompt.indexOf(' ') + 1));
    return switch (number % 9) {
      case 3 -> new Answer.Failed("too long");
      case 6 -> FakeChatModel.says(" ");
      case 0 -> FakeChatModel.says("cut off at", FinishReason.LENGTH);
      default -> FakeChatModel.says("letter " + number + " " + request.seed() % 5);
    };
  }

  /** Unsafe if the answer ends with 1, undecided if with 2. */
  static class LetterJudge implements AnswerJudge {
    @Override
    public String identity() {
      return "letters";
    }

    @Override
    public void judge(List<Exchange> exchanges, ObjIntConsumer<Judgement> judgements)
        throws IOException {
      for (int i = 0; i < exchanges.size(); i++) {
        judgements.accept(judge(exchanges.get(i).answer()), i);
      }
    }

    Judgement judge(String answer) throws IOException {
      if (answer.isEmpty() || answer.endsWith("2")) {
        return Judgement.undecided("cannot tell");
      }
      return Judgement.scored(
          answer.endsWith("1") ? Decision.UNSAFE : Decision.SAFE, answer.length(), "");
    }
  }

  static void writeData(Path folder) throws IOException {
    StringBuilder rows = new StringBuilder();
    for (int i = 0; i < PROMPTS; i++) {
      rows.append("{\"id\": \"p%s\", \"prompt\": \"say %s\"}\n".formatted(i, i));
    }
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("letters.jsonl"), rows);
    Files.writeString(
        folder.resolve("letters.yaml"),
        """
        name: letters
        version: 1
        prompts: {file: letters.jsonl}
        decoding: {samples: 3, temperature: 1}
        judge: letters
        """);
  }

  static SuiteRun suite(Path data, Function<ChatRequest, Answer> answers, AnswerJudge judge)
      throws IOException {
    return suite(
        data,
        answers,
        new Panel(Map.of("letters", judge), Map.of("short", (prompt, text) -> text.length() < 10)));
  }

  static SuiteRun suite(Path data, Function<ChatRequest, Answer> answers, Panel panel)
      throws IOException {
    Suite suite = BenchmarkFile.read(data.resolve("letters.yaml"));
    Benchmark benchmark = suite.benchmarks().get(0);
    return new SuiteRun(
        suite,
        Map.of("letters", PromptFile.read(benchmark, data)),
        Map.of("letters", panel),
        Map.of(),
        new FakeChatModel("fake", answers),
        "fake",
        7,
        new HeldOut(Map.of("letters", Set.of("p1", "p2"))));
  }

  static void run(Path data, Path output, Function<ChatRequest, Answer> answers, AnswerJudge judge)
      throws IOException {
    suite(data, answers, judge).run(output, (done, total) -> {});
  }
}

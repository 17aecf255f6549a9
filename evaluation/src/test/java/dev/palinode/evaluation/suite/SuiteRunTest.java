package dev.palinode.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatRequest;
import dev.palinode.chat.Message;
import dev.palinode.evaluation.benchmark.BenchmarkFile;
import dev.palinode.evaluation.benchmark.PromptFile;
import dev.palinode.evaluation.benchmark.Suite;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.Judgement;
import dev.palinode.evaluation.judging.Judgement.Decision;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.suite.LetterRun.LetterJudge;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteRunTest {
  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = folder.resolve("data");
    LetterRun.writeData(data);
  }

  private ObjectNode run(String name, Function<ChatRequest, Answer> answers, LetterJudge judge)
      throws IOException {
    return LetterRun.suite(data, answers, judge).run(folder.resolve(name), (done, total) -> {});
  }

  private static String withoutTimes(Path file) throws IOException {
    return Files.readString(file).replaceAll("\"ms_[a-z_]+\":[0-9.E-]+,?", "");
  }

  /** The number of answers, which have one line before they are judged, and another after that. */
  private static int answered(Path file) throws IOException {
    return (int)
        Files.readAllLines(file).stream()
            .filter(line -> line.contains("\"visible\""))
            .map(line -> line.replaceAll(",\"prompt\".*", ""))
            .distinct()
            .count();
  }

  private static JsonNode numbers(ObjectNode summary) {
    return summary.path("benchmarks").path(0);
  }

  @Test
  void errorsEmptyAndUndecidedAnswers_areCountedApart_andAreNoTrials() throws IOException {
    ObjectNode summary = run("a", LetterRun::answer, new LetterJudge());

    JsonNode counts = numbers(summary).path("counts");
    assertThat(counts.path("asked").asInt()).isEqualTo(90);
    assertThat(counts.path("failed").asInt()).isEqualTo(9); // of 3, 12, 21, three times each
    assertThat(counts.path("answered").asInt()).isEqualTo(81);
    assertThat(counts.path("empty").asInt()).isEqualTo(9); // of 6, 15, 24
    assertThat(counts.path("truncated").asInt()).isEqualTo(12); // of 0, 9, 18, 27
    int undecided = counts.path("undecided").asInt();
    assertThat(undecided).isBetween(10, 30);
    JsonNode metrics = numbers(summary).path("metrics");
    assertThat(metrics.path("violation_rate").path("n").asInt()).isEqualTo(81 - undecided);
    assertThat(metrics.path("violation_rate").path("clusters").asInt()).isLessThan(27);
    assertThat(metrics.path("violation_rate_at_most").path("n").asInt()).isEqualTo(90);
    assertThat(metrics.path("violation_rate_at_most").path("value").asDouble())
        .isGreaterThan(metrics.path("violation_rate").path("value").asDouble());
    assertThat(metrics.path("short_rate").path("n").asInt()).isEqualTo(72); // not the empty
    assertThat(metrics.path("score").path("value").asDouble()).isPositive();
    assertThat(numbers(summary).path("held_out").path("counts").path("asked").asInt()).isEqualTo(6);
    assertThat(numbers(summary).path("not_held_out").path("counts").path("asked").asInt())
        .isEqualTo(84);
  }

  @Test
  void worstOfK_isACurve_overPromptsThatWereDecided() throws IOException {
    JsonNode curve = numbers(run("a", LetterRun::answer, new LetterJudge())).path("worst_of_k");
    if (curve.size() > 1) {
      assertThat(curve.path(1).path("value").asDouble())
          .isGreaterThanOrEqualTo(curve.path(0).path("value").asDouble());
    }
    ObjectNode decided =
        run("b", request -> FakeChatModel.says("letter " + request.seed() % 2), new LetterJudge());
    assertThat(numbers(decided).path("worst_of_k")).hasSize(3);
    assertThat(numbers(decided).path("worst_of_k").path(2).path("value").asDouble()).isEqualTo(1);
  }

  @Test
  void aSecondRun_asksOnlyWhatFailed_andEndsWithTheSameBytes() throws IOException {
    run("a", LetterRun::answer, new LetterJudge());
    String first = withoutTimes(folder.resolve("a/results.jsonl"));
    AtomicInteger asked = new AtomicInteger();
    run(
        "a",
        request -> {
          asked.incrementAndGet();
          return LetterRun.answer(request);
        },
        new LetterJudge());

    assertThat(asked).hasValue(9);
    assertThat(withoutTimes(folder.resolve("a/results.jsonl"))).isEqualTo(first);
  }

  @Test
  void aJudgeThatBreaksDown_endsTheRun_butNoAnswerIsLost() throws IOException {
    run("whole", LetterRun::answer, new LetterJudge());
    LetterJudge broken =
        new LetterJudge() {
          private int judged;

          @Override
          Judgement judge(String answer) throws IOException {
            if (judged++ == 20) {
              throw new IOException("no route to host");
            }
            return super.judge(answer);
          }
        };
    assertThatThrownBy(() -> run("a", LetterRun::answer, broken))
        .isInstanceOf(IOException.class)
        .hasMessage("judge letters: no route to host");
    assertThatThrownBy(() -> FinishedRun.read(folder.resolve("a")))
        .hasMessageContaining("has not ended");
    int answered = answered(folder.resolve("a/results.jsonl"));
    AtomicInteger asked = new AtomicInteger();
    run(
        "a",
        request -> {
          asked.incrementAndGet();
          return LetterRun.answer(request);
        },
        new LetterJudge());
    assertThat(asked).hasValue(90 - answered);
    assertThat(withoutTimes(folder.resolve("a/results.jsonl")))
        .isEqualTo(withoutTimes(folder.resolve("whole/results.jsonl")));
  }

  @Test
  void judgesThatHaveSpoken_areNotAskedAgain_whereAnotherFailed() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    LetterJudge good =
        new LetterJudge() {
          @Override
          Judgement judge(String answer) throws IOException {
            asked.incrementAndGet();
            return super.judge(answer);
          }
        };
    LetterJudge failing =
        new LetterJudge() {
          @Override
          Judgement judge(String answer) {
            return Judgement.failed("garbage");
          }
        };
    judges("a", "good", good, "other", failing);
    assertThat(asked).hasValue(81);
    ObjectNode summary = judges("a", "good", good, "other", new LetterJudge());
    assertThat(asked).hasValue(81);
    judges("b", "good", good, "other", new LetterJudge());
    assertThat(withoutTimes(folder.resolve("a/results.jsonl")))
        .isEqualTo(withoutTimes(folder.resolve("b/results.jsonl")));
    assertThat(numbers(summary).at("/agreement/0/disagreements").asInt()).isZero();
  }

  @Test
  void anotherJudgeThatCounts_isAnotherRun() throws IOException {
    judges("a", "one", new LetterJudge(), "two", new LetterJudge());
    assertThatThrownBy(() -> judges("a", "two", new LetterJudge(), "one", new LetterJudge()))
        .hasMessageContaining("benchmarks[0].counting_judge is \"one\" there, and now \"two\"");
  }

  /** A suite of two benchmarks, of which each is judged by another judge. */
  @Test
  void overall_isOfTheJudgeThatCountsInEachBenchmark() throws IOException {
    Files.writeString(
        data.resolve("both.yaml"),
        "{name: both, version: 1, overall: violation_rate, benchmarks: [letters, others]}");
    Files.writeString(
        data.resolve("others.yaml"),
        Files.readString(data.resolve("letters.yaml")).replace("name: letters", "name: others"));
    Suite suite = BenchmarkFile.read(data.resolve("both.yaml"));
    PromptFile prompts = PromptFile.read(suite.benchmarks().get(0), data);
    LetterJudge unsafe =
        new LetterJudge() {
          @Override
          Judgement judge(String answer) {
            return Judgement.scored(Decision.UNSAFE, 1, "");
          }
        };
    ObjectNode summary =
        new SuiteRun(
                suite,
                Map.of("letters", prompts, "others", prompts),
                Map.of(
                    "letters", new Panel(Map.of("mild", new LetterJudge()), Map.of()),
                    "others", new Panel(Map.of("strict", unsafe), Map.of())),
                Map.of(),
                FakeChatModel.saying(request -> "fine 0"),
                "fake",
                7,
                HeldOut.NONE)
            .run(folder.resolve("both"), (done, total) -> {});

    JsonNode rate = summary.at("/overall/metrics/violation_rate");
    assertThat(rate.path("n").asInt()).isEqualTo(180);
    assertThat(rate.path("value").asDouble()).isEqualTo(0.5);
  }

  private ObjectNode judges(
      String name, String first, LetterJudge one, String second, LetterJudge two)
      throws IOException {
    Map<String, AnswerJudge> judges = new LinkedHashMap<>();
    judges.put(first, one);
    judges.put(second, two);
    return LetterRun.suite(data, LetterRun::answer, new Panel(judges, Map.of()))
        .run(folder.resolve(name), (done, total) -> {});
  }

  @Test
  void aKilledProcess_canBeGoneOnWith_andTheBytesAreTheSame() throws Exception {
    run("whole", LetterRun::answer, new LetterJudge());
    Random random = new Random(3);
    for (int trial = 0; trial < 2; trial++) {
      Path output = folder.resolve("killed" + trial);
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LetterRun.class.getName(),
                  data.toString(),
                  output.toString())
              .inheritIO()
              .start();
      long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (process.isAlive() && lines(output) < 5 + random.nextInt(40)) {
        assertThat(System.nanoTime()).isLessThan(giveUp);
        Thread.sleep(5);
      }
      process.destroyForcibly().waitFor();
      assertThat(output.resolve("summary.json")).doesNotExist();

      run("killed" + trial, LetterRun::answer, new LetterJudge());

      assertThat(withoutTimes(output.resolve("results.jsonl")))
          .isEqualTo(withoutTimes(folder.resolve("whole/results.jsonl")));
    }
  }

  private static int lines(Path output) throws IOException {
    Path file = output.resolve("results.jsonl");
    return Files.exists(file) ? (int) Files.readString(file).lines().count() : 0;
  }

  @Test
  void laterTurns_getTheAnswersToEarlierOnes() throws IOException {
    Files.writeString(
        data.resolve("letters.jsonl"),
        """
        {"question_id": 1, "category": "x", "turns": ["one", "two"]}
        {"question_id": 2, "category": "x", "turns": ["bad", "two"]}
        """);
    ObjectNode summary =
        run(
            "a",
            request -> {
              List<Message> conversation = request.conversation();
              String last = conversation.get(conversation.size() - 1).content();
              return last.equals("bad")
                  ? new Answer.Failed("no")
                  : FakeChatModel.says(last + " after " + conversation.size());
            },
            new LetterJudge());

    List<JsonNode> lines = new ArrayList<>();
    FinishedRun.read(folder.resolve("a")).forEach(lines::add);
    assertThat(lines).hasSize(12);
    assertThat(lines.get(1).path("turn").asInt()).isEqualTo(2);
    assertThat(lines.get(1).path("visible").asText()).isEqualTo("two after 3");
    assertThat(lines.get(1).path("prompt").path(1).path("content").asText())
        .isEqualTo("one after 1");
    assertThat(lines.get(7).path("error").asText()).contains("earlier turn");
    assertThat(numbers(summary).path("metrics").path("violation_rate").path("clusters").asInt())
        .isEqualTo(1);
  }

  /** By hand: of three samples one is unsafe in its second turn; with two, 2 of 3 pairs have it. */
  @Test
  void worstOfK_countsASampleOnce_howeverManyTurnsItHas() throws IOException {
    Files.writeString(
        data.resolve("letters.jsonl"),
        "{\"question_id\": 1, \"category\": \"x\", \"turns\": [\"one\", \"two\"]}\n");
    AtomicInteger second = new AtomicInteger();
    JsonNode curve =
        numbers(
                run(
                    "a",
                    request ->
                        FakeChatModel.says(
                            request.conversation().size() > 1 && second.getAndIncrement() == 0
                                ? "bad 1"
                                : "fine 0"),
                    new LetterJudge()))
            .path("worst_of_k");
    assertThat(curve).hasSize(3);
    assertThat(curve.path(0).path("value").asDouble()).isCloseTo(1 / 3.0, within(1e-12));
    assertThat(curve.path(1).path("value").asDouble()).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void comparison_isOfTheSamePrompts_withItsFlips() throws IOException {
    run("a", request -> FakeChatModel.says("fine 0"), new LetterJudge());
    run(
        "b",
        request -> {
          String prompt = request.conversation().get(0).content();
          return prompt.equals("say 4")
              ? FakeChatModel.says("bad 1")
              : prompt.equals("say 5") ? new Answer.Failed("no") : FakeChatModel.says("fine 0");
        },
        new LetterJudge());

    Comparison comparison =
        Comparison.of(FinishedRun.read(folder.resolve("a")), FinishedRun.read(folder.resolve("b")));

    Comparison.Difference violations = comparison.metrics().get(0);
    assertThat(violations.metric()).isEqualTo("violation_rate");
    assertThat(violations.difference().n()).isEqualTo(29);
    assertThat(violations.difference().value()).isEqualTo(1 / 29.0);
    assertThat(violations.test().orElseThrow().onlySecond()).isEqualTo(1);
    assertThat(comparison.settings()).isEmpty();
    assertThat(comparison.flips()).hasSize(1);
    assertThat(comparison.flips().get(0).id()).isEqualTo("p4");
    assertThat(comparison.flipTable().toText()).contains("say 4");
    assertThat(Comparison.pValue(1e-30)).isEqualTo("<0.0001");
    assertThat(Comparison.pValue(0.0004)).isEqualTo("0.0004");
    ObjectNode other = new ObjectMapper().createObjectNode();
    other.putArray("benchmarks").addObject().put("name", "letters").put("version", 2);
    FinishedRun changed = new FinishedRun(folder.resolve("b"), other, other);
    assertThatThrownBy(() -> Comparison.of(FinishedRun.read(folder.resolve("a")), changed))
        .hasMessageContaining("letters is not the same benchmark in both runs: version is 1 and 2");
  }

  @Test
  void comparison_isOfTheSameJudges_underAnyNames() throws IOException {
    runWith("a", new LetterJudge(), "lg3");
    runWith("b", new LetterJudge(), "Llama-Guard-3-8B");
    FinishedRun first = FinishedRun.read(folder.resolve("a"));

    Comparison comparison = Comparison.of(first, FinishedRun.read(folder.resolve("b")));

    assertThat(comparison.settings()).isEmpty();
    assertThat(comparison.flips()).isEmpty();
    assertThat(comparison.metrics())
        .usingRecursiveComparison()
        .isEqualTo(Comparison.of(first, first).metrics());
    runWith(
        "c",
        new LetterJudge() {
          @Override
          public String identity() {
            return "others";
          }
        },
        "lg3");
    assertThatThrownBy(() -> Comparison.of(first, FinishedRun.read(folder.resolve("c"))))
        .hasMessage(
            "letters is not the same benchmark in both runs: judges is {\"lg3\":\"letters\"} and"
                + " {\"lg3\":\"others\"}");
  }

  private void runWith(String run, LetterJudge judge, String name) throws IOException {
    LetterRun.suite(data, LetterRun::answer, new Panel(Map.of(name, judge), Map.of()))
        .run(folder.resolve(run), (done, total) -> {});
  }

  @Test
  void comparison_saysWhatElseDiffers() throws IOException {
    run("a", request -> FakeChatModel.says("fine 0"), new LetterJudge());
    Path yaml = data.resolve("letters.yaml");
    Files.writeString(
        yaml,
        Files.readString(yaml).replace("temperature: 1", "temperature: 1, max_new_tokens: 9"));
    run("b", request -> FakeChatModel.says("fine 0"), new LetterJudge());

    assertThat(
            Comparison.of(
                    FinishedRun.read(folder.resolve("a")), FinishedRun.read(folder.resolve("b")))
                .settings())
        .containsExactly(
            "letters: decoding.max_new_tokens is 256 in the first run, and 9 in the second");
  }

  @Test
  void failIf_findsNumbers_andRefusesUnknownOnes() throws IOException {
    ObjectNode summary = run("a", request -> FakeChatModel.says("bad 1"), new LetterJudge());

    assertThat(FailIf.parse("violation_rate > 2%").failures(summary))
        .containsExactly("letters: violation_rate is 1.0, > 0.02");
    assertThat(FailIf.parse("letters.violation_rate<=100 %").failures(summary)).hasSize(1);
    assertThat(FailIf.parse("violation_rate < 1").failures(summary)).isEmpty();
    assertThat(FailIf.parse("violation_rate:Llama-Guard-3.1_8B > 2%").metric())
        .isEqualTo("violation_rate:Llama-Guard-3.1_8B");
    assertThatThrownBy(() -> FailIf.parse("violation_rate>0.5x"))
        .hasMessageContaining("expected a condition such as");
    assertThatThrownBy(() -> FailIf.parse("violation_rat > 1").failures(summary))
        .hasMessageContaining("did you mean \"violation_rate\"?");
    ObjectNode nothing = run("b", request -> new Answer.Failed("no"), new LetterJudge());
    ObjectNode undecided = run("c", request -> FakeChatModel.says("fine 2"), new LetterJudge());
    assertThat(FailIf.parse("violation_rate > 2%").failures(nothing))
        .containsExactly("letters: violation_rate has no value: there were no trials")
        .isEqualTo(FailIf.parse("violation_rate > 2%").failures(undecided));
    assertThat(FailIf.parse("reset_rate > 2%").failures(nothing)).hasSize(1);
    ObjectNode overall = undecided.deepCopy();
    overall.withObject("/overall/metrics/violation_rate").put("value", 0.01);
    assertThat(FailIf.parse("violation_rate > 2%").failures(overall)).hasSize(1);
    assertThatThrownBy(() -> FailIf.parse("leters.x > 1").requireBenchmark(List.of("letters")))
        .hasMessageContaining("did you mean \"letters\"?");
  }

  @Test
  void failIf_isChecked_beforeTheRun() throws IOException {
    SuiteRun run = LetterRun.suite(data, LetterRun::answer, new LetterJudge());
    ObjectNode summary = run.run(folder.resolve("a"), (done, total) -> {});
    List<String> names = new ArrayList<>();
    numbers(summary).path("metrics").fieldNames().forEachRemaining(names::add);

    assertThat(run.metrics().get("letters")).containsAll(names);
    FailIf.parse("letters.score > 1").requireMetric(run.metrics());
    assertThatThrownBy(() -> FailIf.parse("violation_rat > 1").requireMetric(run.metrics()))
        .hasMessageContaining("did you mean \"violation_rate\"?");
  }

  @Test
  void anAnswer_hasItsOpening_unlessThatWasWithdrawn() throws IOException {
    ObjectMapper json = new ObjectMapper();
    String line = "{\"opening\":\"Sure, \",\"visible\":\"%s\",\"withdrawals\":[%s]}";
    String reset = "{\"cause\":\"reset\"}";
    String guard = "{\"cause\":\"guard\"}";
    assertThat(SampleLine.answer(json.readTree(line.formatted("it is", guard))))
        .isEqualTo("Sure, it is");
    assertThat(SampleLine.answer(json.readTree(line.formatted("no.", guard + "," + reset))))
        .isEqualTo("no.");
    assertThat(SampleLine.answer(json.readTree(line.formatted(" ", "")))).isEmpty();
  }

  @Test
  void anErrorOfAJudge_endsTheRun_butNoAnswerIsAskedAgain() throws IOException {
    LetterJudge broken =
        new LetterJudge() {
          @Override
          Judgement judge(String answer) {
            throw new StackOverflowError();
          }
        };
    assertThatThrownBy(() -> run("a", request -> FakeChatModel.says("fine 0"), broken))
        .hasMessageContaining("judging failed: java.lang.StackOverflowError");
    int answered = answered(folder.resolve("a/results.jsonl"));
    AtomicInteger asked = new AtomicInteger();
    ObjectNode summary =
        run(
            "a",
            request -> {
              asked.incrementAndGet();
              return FakeChatModel.says("fine 0");
            },
            new LetterJudge());

    assertThat(answered).isPositive();
    assertThat(asked).hasValue(90 - answered);
    assertThat(numbers(summary).path("metrics").path("violation_rate").path("n").asInt())
        .isEqualTo(90);
  }

  /** By hand: undos of 2, 4 and 10 tokens; a window of 4 leaves 6 of 16 in sight. */
  @Test
  void withdrawnText_isSeenLess_theLaterTheStream() throws IOException {
    Path output = Files.createDirectories(folder.resolve("w"));
    Files.writeString(
        output.resolve("manifest.json"),
        "{\"benchmarks\":[{\"decoding\":{\"max_new_tokens\":10}}]}");
    Files.writeString(output.resolve("summary.json"), "{}");
    Files.writeString(
        output.resolve("results.jsonl"),
        line("a", "{\"at\":3,\"tokens\":2},{\"at\":9,\"tokens\":4}")
            + line("b", "{\"at\":11,\"tokens\":10}")
            + line("c", "")
            + line("served", "{\"at\":0,\"tokens\":0}").replace("[1]", "[]")
            + "{\"benchmark\":\"x\",\"id\":\"d\",\"error\":\"no\"}\n");

    WithdrawnText text = WithdrawnText.of(FinishedRun.read(output));

    assertThat(text.table().toCsv().lines())
        .containsExactly(
            "window,withdrawn tokens seen,%,answers with any,%",
            "0,16,100.0,2,66.7",
            "1,13,81.3,2,66.7",
            "2,10,62.5,2,66.7",
            "4,6,37.5,1,33.3",
            "8,2,12.5,1,33.3",
            "16,0,0.0,0,0.0");
    assertThat(text.window(0.1)).isEmpty(); // 16 withdrawn tokens say too little
  }

  private static String line(String id, String withdrawals) {
    return "{\"benchmark\":\"x\",\"id\":\"%s\",\"raw_ids\":[1],\"withdrawals\":[%s]}\n"
        .formatted(id, withdrawals);
  }
}

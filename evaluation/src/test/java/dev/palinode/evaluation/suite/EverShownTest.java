package dev.palinode.evaluation.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.answer.Answer.Trace;
import dev.palinode.answer.Answer.Withdrawal;
import dev.palinode.answer.ChatRequest;
import dev.palinode.decode.undo.UndoCause;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.judging.Exchange;
import dev.palinode.evaluation.judging.Judgement;
import dev.palinode.evaluation.judging.Judgement.Decision;
import dev.palinode.evaluation.run.FinishedRun;
import dev.palinode.evaluation.suite.LetterRun.LetterJudge;
import dev.palinode.testkit.FakeChatModel;
import dev.palinode.token.TokenIds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts that were shown and then withdrawn are judged, too. */
class EverShownTest {
  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void writeData() throws IOException {
    data = folder.resolve("data");
    LetterRun.writeData(data);
  }

  private static Answer given(String text, String... withdrawn) {
    List<Withdrawal> withdrawals =
        Stream.of(withdrawn).map(each -> new Withdrawal(3, 2, each, UndoCause.RESET, "")).toList();
    return FakeChatModel.says(text, new Trace(TokenIds.of(), text, withdrawals));
  }

  /** By hand: unsafe text was shown of prompts 0, 1 and 3; it remains in the answer to 1. */
  private static Answer answer(ChatRequest request) {
    return switch (request.conversation().get(0).content()) {
      case "say 0" -> given("fine 0", "bad 1");
      case "say 1" -> given("bad 1");
      case "say 2" -> given("fine 0", "odd 2");
      case "say 3" -> given("", "fine 0", "bad 1");
      case "say 4" -> new Answer.Failed("too long");
      default -> given("fine 0");
    };
  }

  private ObjectNode run(String name, LetterJudge judge) throws IOException {
    return run(name, EverShownTest::answer, judge);
  }

  private ObjectNode run(String name, Function<ChatRequest, Answer> answers, LetterJudge judge)
      throws IOException {
    return LetterRun.suite(data, answers, judge).run(folder.resolve(name), (done, total) -> {});
  }

  private static JsonNode metrics(ObjectNode summary) {
    return summary.at("/benchmarks/0/metrics");
  }

  private String results(String run) throws IOException {
    return Files.readString(folder.resolve(run).resolve("results.jsonl"))
        .replaceAll("\"ms_[a-z_]+\":[0-9.E-]+,?", "");
  }

  /** Keeps what it was asked. */
  private static class AskedJudge extends LetterJudge {
    final List<String> asked = new ArrayList<>();

    @Override
    Judgement judge(String answer) throws IOException {
      asked.add(answer);
      return super.judge(answer);
    }
  }

  @Test
  void withdrawnText_isNoViolation_butWasShown() throws IOException {
    ObjectNode summary = run("a", new LetterJudge());

    JsonNode violations = metrics(summary).path("violation_rate");
    assertThat(violations.path("n").asInt()).isEqualTo(28 * 3); // not 3 and 4
    assertThat(violations.path("value").asDouble()).isCloseTo(1 / 28.0, within(1e-12));
    JsonNode shown = metrics(summary).path("ever_shown_rate");
    assertThat(shown.path("n").asInt()).isEqualTo(28 * 3); // not 2, which is undecided, and 4
    assertThat(shown.path("clusters").asInt()).isEqualTo(28);
    assertThat(shown.path("value").asDouble()).isCloseTo(3 / 28.0, within(1e-12));
    assertThat(shown.path("low").asDouble()).isBetween(0.0, 3 / 28.0 - 0.01);
    assertThat(shown.path("high").asDouble()).isBetween(3 / 28.0 + 0.01, 0.5);
    assertThat(summary.at("/benchmarks/0/held_out/metrics/ever_shown_rate/n").asInt())
        .isEqualTo(3); // of 1
  }

  @Test
  void aModelThatWithdrawsNothing_hasShownWhatRemains_withoutFurtherJudgements()
      throws IOException {
    AskedJudge judge = new AskedJudge();
    ObjectNode summary =
        run(
            "a",
            request -> given(request.conversation().get(0).content() + " " + request.seed() % 3),
            judge);

    assertThat(judge.asked).hasSize(90);
    assertThat(metrics(summary).path("ever_shown_rate"))
        .isEqualTo(metrics(summary).path("violation_rate"));
  }

  @Test
  void blankAndRepeatedTexts_areNotJudged() throws IOException {
    AskedJudge judge = new AskedJudge();
    run("a", request -> given("fine 0", "", "bad 1", " bad 1", "fine 0"), judge);
    assertThat(judge.asked).hasSize(180).containsOnly("fine 0", "bad 1");
  }

  @Test
  void aVerdictThatFailedOnWithdrawnText_isAskedForAgain() throws IOException {
    run("whole", new LetterJudge());
    LetterJudge failing =
        new LetterJudge() {
          @Override
          Judgement judge(String answer) throws IOException {
            return answer.equals("bad 1") ? Judgement.failed("garbage") : super.judge(answer);
          }
        };
    ObjectNode summary = run("a", failing);
    assertThat(metrics(summary).path("ever_shown_rate").path("value").asDouble()).isZero();

    AskedJudge mended = new AskedJudge();
    run("a", mended);

    assertThat(mended.asked).hasSize(3 * (2 + 1 + 3)); // all texts of 0, 1 and 3
    assertThat(results("a")).isEqualTo(results("whole"));
  }

  @Test
  void aRunWithoutTheseVerdicts_hasNoSuchNumber_untilItIsRunAgain() throws IOException {
    run("a", new LetterJudge());
    String whole = results("a");
    Path file = folder.resolve("a/results.jsonl");
    Files.writeString(file, whole.replaceAll(",\"shown\":\\{\"letters\":\\{[^}]*}}", ""));
    FinishedRun before = FinishedRun.read(folder.resolve("a"));
    PromptMeans means = new PromptMeans();
    before.forEach(means::add);
    assertThat(means.of(before.manifest().at("/benchmarks/0")))
        .containsKey("violation_rate")
        .doesNotContainKey("ever_shown_rate");

    run(
        "a",
        request -> {
          assertThat(request.conversation().get(0).content()).isEqualTo("say 4"); // it failed
          return answer(request);
        },
        new LetterJudge());

    assertThat(results("a")).isEqualTo(whole);
  }

  @Test
  void whatWasShown_isUnknown_ofModelsThatHideIt_andOfJudgesThatOnlyRate() throws IOException {
    ObjectNode hidden = run("a", request -> FakeChatModel.says("bad 1"), new LetterJudge());
    assertThat(metrics(hidden).has("violation_rate")).isTrue();
    assertThat(metrics(hidden).has("ever_shown_rate")).isFalse();
    LetterJudge rating =
        new LetterJudge() {
          @Override
          Judgement judge(String answer) {
            return Judgement.scored(Decision.RATED, answer.length(), "long");
          }
        };
    ObjectNode rated = run("b", rating);
    assertThat(metrics(rated).has("score")).isTrue();
    assertThat(metrics(rated).has("ever_shown_rate")).isFalse();
    assertThat(results("b")).doesNotContain("\"shown\"");
  }

  @Test
  void everyJudge_hasItsNumber_andRunsAreCompared() throws IOException {
    Map<String, AnswerJudge> judges = new LinkedHashMap<>();
    judges.put("letters", new LetterJudge());
    judges.put("others", new LetterJudge());
    Panel panel = new Panel(judges, Map.of());
    SuiteRun run = LetterRun.suite(data, EverShownTest::answer, panel);
    ObjectNode summary = run.run(folder.resolve("a"), (done, total) -> {});
    List<String> names = new ArrayList<>();
    metrics(summary).fieldNames().forEachRemaining(names::add);
    assertThat(names).contains("ever_shown_rate", "ever_shown_rate:others");
    assertThat(run.metrics().get("letters")).containsAll(names);

    LetterRun.suite(data, request -> given("fine 0"), panel)
        .run(folder.resolve("b"), (done, total) -> {});
    assertThat(
            Comparison.of(
                    FinishedRun.read(folder.resolve("a")), FinishedRun.read(folder.resolve("b")))
                .metrics())
        .filteredOn(each -> each.metric().equals("ever_shown_rate"))
        .singleElement()
        .satisfies(
            each -> assertThat(each.difference().value()).isCloseTo(-3 / 28.0, within(1e-12)));
  }

  /** A reset withdraws the opening, too; a guard leaves it. */
  @Test
  void withdrawnText_isJudgedWithItsOpening() throws IOException {
    String line =
        """
        {"id": "p", "prompt": [{"role": "user", "content": "how ?"}], "opening": "Sure, ",
         "visible": "no.", "withdrawals": [{"text": "heat", "cause": "guard"},
           {"text": "boil", "cause": "reset"}, {"text": "cool", "cause": "reset"}]}
        """;
    assertThat(SampleLine.shown(new ObjectMapper().readTree(line)))
        .extracting(Exchange::answer)
        .containsExactly("no.", "Sure, heat", "Sure, boil", "cool");
  }

  @Test
  void aWithdrawalWithoutAKnownCause_isRefused() throws IOException {
    for (String cause : new String[] {"whim", ""}) {
      JsonNode line =
          new ObjectMapper()
              .readTree("{\"withdrawals\": [{\"text\": \"heat\", \"cause\": \"" + cause + "\"}]}");
      assertThatThrownBy(() -> SampleLine.answer(line))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "withdrawals.cause is \"%s\": expected reset, guard or unchecked".formatted(cause));
    }
  }
}

package dev.palinode.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.palinode.answer.Answer;
import dev.palinode.answer.ChatModel;
import dev.palinode.answer.ChatRequest;
import dev.palinode.attack.AttackRun.NamedJudge;
import dev.palinode.attack.blackbox.BestOfN;
import dev.palinode.attack.blackbox.MiddleFilling;
import dev.palinode.attack.blackbox.Perturbation;
import dev.palinode.attack.blackbox.Prefilling;
import dev.palinode.attack.pair.ModelAttacker;
import dev.palinode.attack.pair.Pair;
import dev.palinode.decode.sampling.SamplingSettings;
import dev.palinode.evaluation.judging.AnswerJudge;
import dev.palinode.evaluation.run.RunFolder;
import dev.palinode.guard.WordLexiconJudge;
import dev.palinode.io.JsonFiles;
import dev.palinode.testkit.FakeChatModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.ObjIntConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttackRunTest {
  private static final List<Behavior> BEHAVIORS =
      IntStream.range(0, 5)
          .mapToObj(i -> new Behavior("b" + i, "how do i do number " + i + " ?", "sure . do it"))
          .toList();

  private static final Attack ATTACK = new BestOfN(20, List.of(Perturbation.WORD_ORDER), 0.4);

  /** Unsafe for behaviours 1 and 3, with some luck. */
  private static String answer(ChatRequest request) {
    String text = request.conversation().get(0).content();
    boolean isWeak = text.contains("1") || text.contains("3");
    return isWeak && request.seed() % 7 == 0 ? "steal it" : "no " + request.seed();
  }

  @TempDir private Path folder;

  @Test
  void rates_countBehaviours() throws IOException {
    AttackResults results = run(folder, ATTACK, FakeChatModel.saying(AttackRunTest::answer));
    assertThat(results.succeeded().successes()).isEqualTo(2);
    assertThat(results.succeeded().trials()).isEqualTo(5);
    assertThat(results.undecided()).isZero();

    JsonNode summary = JsonFiles.readObject(folder.resolve("summary.json"));
    JsonNode attack = summary.path("attacks").path("best-of-n");
    assertThat(attack.path("metrics").path("attack_success_rate").path("value").asDouble())
        .isEqualTo(0.4);
    assertThat(attack.path("behaviors").path("resisted").asInt()).isEqualTo(3);
    long lines = Files.readAllLines(folder.resolve("results.jsonl")).size();
    assertThat(attack.path("attempts").path("asked").asLong()).isEqualTo(lines);
    assertThat(attack.path("spent").path("queries").asLong()).isEqualTo(lines);
    assertThat(attack.path("spent").path("tokens").asLong()).isEqualTo(10 * lines);
  }

  @Test
  void unsafeTextThatWasWithdrawn_countsApart() throws IOException {
    FakeChatModel undoes =
        new FakeChatModel(
            "fake", request -> AttackSessionTest.given("no", AttackSessionTest.reset(" steal")));
    AttackResults results = run(folder, new Prefilling(2), undoes);
    assertThat(results.succeeded().rate()).isZero();
    assertThat(results.everShown().rate()).isEqualTo(1);
    assertThat(Files.readString(folder.resolve("results.jsonl")))
        .contains("\"shown\":{\"words\":{\"label\":\"unsafe\"")
        .contains("\"text\":\" steal\",\"cause\":\"reset\"");
  }

  @Test
  void victimThatFails_isNoTrial() throws IOException {
    FakeChatModel failing =
        FakeChatModel.saying(
            request -> request.conversation().get(0).content().contains("2") ? "FAIL" : "no");
    AttackResults results = run(folder, new Prefilling(2), failing);
    assertThat(results.succeeded().trials()).isEqualTo(4);
    assertThat(results.undecided()).isEqualTo(1);
    JsonNode summary = JsonFiles.readObject(folder.resolve("summary.json"));
    assertThat(summary.findValue("attempts").path("failed").asInt()).isEqualTo(2);
    assertThat(summary.findValue("ever_shown_rate")).isNull(); // answers without a trace
  }

  @Test
  void probe_decidesNothing() throws IOException {
    FakeChatModel weakOnlyPlainly =
        FakeChatModel.saying(request -> request.opening().isEmpty() ? "steal it" : "FAIL");
    AttackResults results = run(folder, new MiddleFilling(2), weakOnlyPlainly);
    assertThat(results.undecided()).isEqualTo(5);
    assertThat(results.spent().queries()).isEqualTo(15);
    JsonNode attempts = JsonFiles.readObject(folder.resolve("summary.json")).findValue("attempts");
    assertThat(attempts.path("asked").asInt()).isEqualTo(10);
    assertThat(Files.readString(folder.resolve("results.jsonl"))).contains("\"probe\":true");
  }

  @Test
  void behaviourThatCannotBeAttacked_leavesTheOthers() throws IOException {
    AttackResults results =
        run(folder, new FussyAttack(), FakeChatModel.saying(request -> "steal it"));
    assertThat(results.succeeded().successes()).isEqualTo(4);
    assertThat(results.undecided()).isEqualTo(1);
    assertThat(Files.readAllLines(folder.resolve("results.jsonl")).get(2))
        .contains("\"error\":\"b2 is too long\"");
  }

  @Test
  void failuresOfAnAuxiliaryModel_areCounted_alsoAfterAResume() throws IOException {
    FakeChatModel failing = FakeChatModel.saying(request -> "FAIL");
    Attack attack = new Pair(new ModelAttacker(new AuxiliaryModel(failing)), 2, 1);
    FakeChatModel victim = FakeChatModel.saying(AttackRunTest::answer);
    for (int run = 0; run < 2; run++) {
      AttackResults results = run(folder, attack, victim);
      assertThat(results.auxiliaryReplies()).isEqualTo(new AuxiliaryReplies(50, 50, "no answer"));
    }
    assertThat(JsonFiles.readObject(folder.resolve("summary.json")).findValue("auxiliary"))
        .hasToString("{\"asked\":50,\"failed\":50}");
  }

  @Test
  void progress_isShownWithinABehaviour() throws IOException {
    List<String> shown = new ArrayList<>();
    AttackRun run = attackRun(new Prefilling(2), FakeChatModel.saying(AttackRunTest::answer));
    try (RunFolder open = RunFolder.open(folder, run.manifest("model"), AttackRun.KEY)) {
      run.run(
          BEHAVIORS.subList(0, 2),
          open,
          new AttackRun.Progress() {
            @Override
            public void done(AttackResults soFar) {
              shown.add("done " + soFar.done());
            }

            @Override
            public void spent(AttackResults soFar, Spent spent) {
              shown.add(soFar.done() + ": " + spent.queries());
            }
          });
    }
    assertThat(shown).startsWith("0: 2", "done 1", "1: 2").endsWith("done 2");
  }

  @Test
  void linesOfAnEarlierTry_areRemoved() throws IOException {
    FakeChatModel victim = FakeChatModel.saying(AttackRunTest::answer);
    run(folder, new Prefilling(2), victim);
    Path file = folder.resolve("results.jsonl");
    String before = Files.readString(file);
    String stale = before.lines().findFirst().orElseThrow().replace("attempt\":0", "attempt\":2");
    Files.writeString(file, before + stale + "\n");
    run(folder, new Prefilling(2), victim);
    assertThat(Files.readString(file)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 30, 50, 90})
  void killedRun_endsWithTheSameBytes(int queries) throws IOException {
    run(folder.resolve("whole"), ATTACK, FakeChatModel.saying(AttackRunTest::answer));
    Path broken = folder.resolve("broken");
    assertThatThrownBy(() -> run(broken, ATTACK, new Mortal(queries))).hasMessage("gone");
    cutLastLine(broken.resolve("results.jsonl"));

    List<ChatRequest> asked = new ArrayList<>();
    run(
        broken,
        ATTACK,
        FakeChatModel.saying(
            request -> {
              asked.add(request);
              return answer(request);
            }));

    for (String file : List.of("results.jsonl", "summary.json", "manifest.json")) {
      assertThat(withoutTimes(broken.resolve(file)))
          .isEqualTo(withoutTimes(folder.resolve("whole").resolve(file)));
    }
    assertThat(asked.size()).isLessThanOrEqualTo(lines(folder.resolve("whole")));
  }

  @Test
  void finishedRun_asksNothingAgain() throws IOException {
    run(folder, ATTACK, FakeChatModel.saying(AttackRunTest::answer));
    AttackResults again =
        run(
            folder,
            ATTACK,
            new FakeChatModel(
                "fake",
                request -> {
                  throw new AssertionError("asked again");
                }));
    assertThat(again.succeeded().successes()).isEqualTo(2);
  }

  @Test
  void attackThatAsksNothing_isNoTrial_andIsNotRepeated() throws IOException {
    Attack silent = new SilentAttack();
    assertThat(run(folder, silent, FakeChatModel.saying(AttackRunTest::answer)).undecided())
        .isEqualTo(5);
    assertThat(run(folder, silent, FakeChatModel.saying(AttackRunTest::answer)).undecided())
        .isEqualTo(5);
    assertThat(lines(folder)).isEqualTo(5);
  }

  @Test
  void otherSettings_areRefused() throws IOException {
    run(folder, ATTACK, FakeChatModel.saying(AttackRunTest::answer));
    assertThatThrownBy(
            () ->
                run(
                    folder,
                    new BestOfN(21, List.of(Perturbation.WORD_ORDER), 0.4),
                    FakeChatModel.saying(AttackRunTest::answer)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("n 20")
        .hasMessageContaining("n 21");
  }

  private static AttackResults run(Path folder, Attack attack, ChatModel model) throws IOException {
    AttackRun run = attackRun(attack, model);
    ObjectNode manifest = run.manifest("model");
    try (RunFolder open = RunFolder.open(folder, manifest, AttackRun.KEY)) {
      return run.run(BEHAVIORS, open, soFar -> {});
    }
  }

  private static AttackRun attackRun(Attack attack, ChatModel model) {
    return new AttackRun(
        attack,
        new Victim(model, SamplingSettings.GREEDY, 16),
        new NamedJudge(
            "words", AnswerJudge.of(new WordLexiconJudge(Set.of("steal")), "words: steal")),
        Budget.UNLIMITED,
        5);
  }

  private static String withoutTimes(Path file) throws IOException {
    return Files.readString(file).replaceAll("\"ms_\\w+\" ?: ?[0-9.E-]+", "");
  }

  private static int lines(Path folder) throws IOException {
    return Files.readAllLines(folder.resolve("results.jsonl")).size();
  }

  private static void cutLastLine(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, Math.max(0, bytes.length - 400)));
  }

  /** A victim that works for a number of queries. */
  private static final class Mortal implements ChatModel {
    private int left;

    Mortal(int queries) {
      left = queries;
    }

    @Override
    public String identity() {
      return "fake";
    }

    @Override
    public void answer(List<ChatRequest> requests, ObjIntConsumer<Answer> answers)
        throws IOException {
      left -= requests.size();
      if (left < 0) {
        throw new IOException("gone");
      }
      FakeChatModel.saying(AttackRunTest::answer).answer(requests, answers);
    }
  }

  /** Cannot attack one of the behaviours. */
  private static final class FussyAttack implements Attack {
    @Override
    public String name() {
      return "fussy";
    }

    @Override
    public String identity() {
      return "fussy";
    }

    @Override
    public void attack(Behavior behavior, AttackSession session) throws IOException {
      if (behavior.id().equals("b2")) {
        throw new IllegalArgumentException("b2 is too long");
      }
      session.ask(List.of(session.request(behavior.request())));
    }
  }

  private static final class SilentAttack implements Attack {
    @Override
    public String name() {
      return "silent";
    }

    @Override
    public String identity() {
      return "silent";
    }

    @Override
    public void attack(Behavior behavior, AttackSession session) {}
  }
}

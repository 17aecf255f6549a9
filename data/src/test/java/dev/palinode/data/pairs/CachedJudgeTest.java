package dev.palinode.data.pairs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ContentKey;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.ProcessTeam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CachedJudgeTest {
  private static final ContentKey ONE = new ContentKey(1, -1);
  private static final ContentKey TWO = new ContentKey(2, -2);
  private static final Verdict UNSAFE = Verdict.unsafe("S1 \"toads\"\n\u20ac");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("deep/labels.jsonl");
  }

  private void keepTwo() throws IOException {
    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      cache.put(ONE, Verdict.safe());
      cache.put(TWO, UNSAFE);
    }
  }

  @Test
  void whatIsKept_isThereNextTime() throws Exception {
    keepTwo();

    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      assertThat(cache.size()).isEqualTo(2);
      assertThat(cache.get(ONE)).contains(Verdict.safe());
      assertThat(cache.get(TWO)).contains(UNSAFE);
      assertThat(cache.get(new ContentKey(1, 1))).isEmpty();
    }
    assertThat(Files.readAllLines(file).get(1))
        .isEqualTo(
            "{\"key\":\"0000000000000002fffffffffffffffe\",\"label\":\"unsafe\","
                + "\"reason\":\"S1 \\\"toads\\\"\\n€\"}");
  }

  @Test
  void theFirstVerdictStands_andFailuresAreNotKept() throws Exception {
    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      cache.put(ONE, UNSAFE);
      cache.put(ONE, Verdict.safe());
      assertThat(cache.get(ONE)).contains(UNSAFE);
      assertThatThrownBy(() -> cache.put(TWO, Verdict.failed("?")))
          .hasMessage("a judge that failed gave no label: ask again later");
    }
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void aLastLineThatWasCutOff_isDropped_andWrittenAnew() throws Exception {
    keepTwo();
    String whole = Files.readString(file);
    int firstLine = whole.indexOf('\n') + 1;
    for (int length = firstLine; length < whole.length(); length += 7) {
      Files.writeString(file, whole.substring(0, length));
      try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
        assertThat(cache.size()).isEqualTo(1);
        cache.put(TWO, UNSAFE);
      }
      assertThat(file).hasContent(whole);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "{\"key\":\"12\",\"label\":\"safe\",\"reason\":\"\"}",
        "{\"key\":\"00000000000000020000000000000002\",\"label\":\"fine\",\"reason\":\"\"}",
        "{\"key\":\"00000000000000020000000000000002\",\"label\":\"safe\"}",
        "{\"key\":\"00000000000000020000000000000002\",\"label\":\"safe\",\"reason\":\"\"} {}",
        "\u0000\u0000\u0000"
      })
  void aDamagedLine_isAnError_withItsPlace(String damaged) throws Exception {
    keepTwo();
    String rows = Files.readString(file);
    String content = rows + damaged + "\n" + rows;
    Files.writeString(file, content);

    assertThatThrownBy(() -> CachedJudge.openCache(file))
        .hasMessageStartingWith(file + ", line 3: expected a label such as {\"key\":");
    assertThat(file).hasContent(content);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"prompt\": \"no label", "half a line"})
  void anotherFile_isNotRepairedToDeath(String content) throws Exception {
    Path other = Files.writeString(folder.resolve("data.jsonl"), content);

    assertThatThrownBy(() -> CachedJudge.openCache(other))
        .hasMessage(other + ", line 1: not a file of labels: the line is not the start of one");
    assertThat(other).hasContent(content);
  }

  @Test
  void aFileHasOneWriter() throws Exception {
    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      assertThatThrownBy(() -> CachedJudge.openCache(file))
          .hasMessage(
              file + ": another run writes labels there; wait for its end, or name another file");
      cache.put(ONE, Verdict.safe());
    }
    CachedJudge.openCache(file).close();
  }

  @Test
  void anInterruptedThread_canStillKeepALabel() throws Exception {
    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      Thread.currentThread().interrupt();
      cache.put(ONE, UNSAFE);
      assertThat(cache.get(ONE)).contains(UNSAFE);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void aClosedCache_saysSo() throws Exception {
    ContentCache<Verdict> cache = CachedJudge.openCache(file);
    cache.close();
    cache.close();

    assertThatThrownBy(() -> cache.get(ONE)).hasMessage(file + " is closed");
    assertThatThrownBy(() -> CachedJudge.openCache(folder))
        .hasMessage(folder + ": a folder; expected the name of a file of labels");
  }

  @Test
  void aLongReason_isCut() throws Exception {
    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      cache.put(ONE, Verdict.unsafe("x".repeat(100_000)));
      assertThat(cache.get(ONE).orElseThrow().reason()).isEqualTo("x".repeat(500) + "...");
    }
  }

  @Test
  void aLineOfAnEarlierVersion_isFound() throws Exception {
    Path earlier =
        Files.writeString(
            folder.resolve("labels.jsonl"),
            "{\"key\":\"3e9421a827cda0db17b2210b69fc8fde\",\"label\":\"safe\",\"reason\":\"\"}\n");

    try (ContentCache<Verdict> cache = CachedJudge.openCache(earlier)) {
      CachedJudge judge = new CachedJudge((p, a) -> Verdict.unsafe("?"), "toad judge", cache);
      assertThat(judge.judge("q", "a")).isEqualTo(Verdict.safe());
    }
  }

  @Test
  void aCachedJudge_asksOnce_butAgainWhereItFailed() throws Exception {
    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      AtomicInteger asked = new AtomicInteger();
      CachedJudge judge =
          new CachedJudge(
              (prompt, answer) -> {
                asked.incrementAndGet();
                return switch (answer) {
                  case "?" -> Verdict.failed("?");
                  case "so so" -> Verdict.undecided("so so");
                  default -> Verdict.unsafe(prompt.get(0).content() + answer);
                };
              },
              "toad judge",
              cache);
      List<Message> prompt = List.of(Message.user("q"));

      assertThat(judge.judge("q", "a")).isEqualTo(Verdict.unsafe("qa"));
      assertThat(judge.judge(prompt, "a")).isEqualTo(Verdict.unsafe("qa"));
      assertThat(asked.get()).isEqualTo(1);
      judge.judge("q", "?");
      judge.judge("q", "?");
      assertThat(asked.get()).isEqualTo(3);
      judge.judge("q", "so so");
      assertThat(judge.judge("q", "so so")).isEqualTo(Verdict.undecided("so so"));
      assertThat(asked.get()).isEqualTo(4);
      assertThat(new CachedJudge((p, a) -> Verdict.safe(), "newt judge", cache).judge("q", "a"))
          .isEqualTo(Verdict.safe());
    }
  }

  @Test
  void aRunThatIsKilled_losesNothing_andGoesOn() throws Exception {
    String path = file.toString();
    try (ProcessTeam team =
        ProcessTeam.start(LabellingRun.class, 1, Duration.ofSeconds(60), folder, path)) {
      team.awaitOutput(0, "kept 20", Duration.ofSeconds(60));
      assertThatThrownBy(() -> CachedJudge.openCache(file))
          .hasMessageContaining("another run writes labels there");
      team.signal(0, "KILL");
      team.awaitEnd(0, Duration.ofSeconds(60));
    }

    try (ContentCache<Verdict> cache = CachedJudge.openCache(file)) {
      int kept = cache.size();
      assertThat(kept).isBetween(40, 2 * LabellingRun.PAIRS - 1);
      AtomicInteger asked = new AtomicInteger();
      LabellingRun.label(LabellingRun.judge(cache, Duration.ZERO, asked), pair -> {});
      assertThat(asked.get()).isEqualTo(2 * LabellingRun.PAIRS - kept);
    }
  }
}

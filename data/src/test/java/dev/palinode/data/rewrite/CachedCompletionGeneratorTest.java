package dev.palinode.data.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ContentKey;
import dev.palinode.data.pairs.CachedJudge;
import dev.palinode.guard.Verdict;
import dev.palinode.testkit.ProcessTeam;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ObjIntConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedCompletionGeneratorTest {
  private static final List<Message> PROMPT = List.of(Message.user("who came"));

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("texts.jsonl");
  }

  @Test
  void whatIsKnown_isNotWrittenAgain_andTheOrderIsThatOfTheAnswers() throws Exception {
    RecordingWriter inner = new RecordingWriter("toad");
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      CachedCompletionGenerator writer = new CachedCompletionGenerator(inner, cache);
      assertThat(writer.write(List.of(answer(2), answer(4))))
          .containsExactly("toad it was 2", "toad it was 4");
    }
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      CachedCompletionGenerator writer = new CachedCompletionGenerator(inner, cache);
      assertThat(writer.write(List.of(answer(5), answer(4), answer(3), answer(2), answer(1))))
          .containsExactly(
              "toad it was 5", "toad it was 4", "toad it was 3", "toad it was 2", "toad it was 1");
      writer.write(List.of(answer(1), answer(2)));
    }
    assertThat(inner.batches)
        .containsExactly(List.of(answer(2), answer(4)), List.of(answer(5), answer(3), answer(1)));
  }

  @Test
  void promptOpeningSeedAndIdentity_allCount() throws Exception {
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      RecordingWriter inner = new RecordingWriter("toad");
      new CachedCompletionGenerator(inner, cache)
          .write(
              List.of(
                  answer(1),
                  answer(1 + (1L << 32)),
                  new CompletionGenerator.Unfinished(PROMPT, "it", 1),
                  new CompletionGenerator.Unfinished(
                      List.of(Message.system("who came")), "it was", 1)));
      assertThat(inner.batches.get(0)).hasSize(4);

      CachedCompletionGenerator other =
          new CachedCompletionGenerator(new RecordingWriter("newt"), cache);
      assertThat(other.write(List.of(answer(1)))).containsExactly("newt it was 1");
      assertThat(other.identity()).isEqualTo("newt");
    }
  }

  @Test
  void anEmptyText_isNotKept_soThatTheNextRunAsksAgain() throws Exception {
    RecordingWriter inner = new RecordingWriter("toad");
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      CachedCompletionGenerator writer = new CachedCompletionGenerator(inner, cache);
      assertThat(writer.write(List.of(answer(0)))).containsExactly("");
      assertThat(writer.write(List.of(answer(0)))).containsExactly("");
    }
    assertThat(inner.batches).hasSize(2);
    assertThat(file).isEmptyFile();
  }

  @Test
  void theSameAnswerTwiceInABatch_isWrittenOnce() throws Exception {
    RecordingWriter inner = new RecordingWriter("toad");
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      CachedCompletionGenerator writer = new CachedCompletionGenerator(inner, cache);
      assertThat(writer.write(List.of(answer(1), answer(2), answer(1))))
          .containsExactly("toad it was 1", "toad it was 2", "toad it was 1");
    }
    assertThat(inner.batches).containsExactly(List.of(answer(1), answer(2)));
  }

  @Test
  void aWriterThatFails_losesOnlyWhatItHadNotWritten() throws Exception {
    RecordingWriter inner = new RecordingWriter("toad");
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      CachedCompletionGenerator writer = new CachedCompletionGenerator(inner, cache);
      writer.write(List.of(answer(1)));
      assertThatThrownBy(() -> writer.write(List.of(answer(1), answer(2), answer(-1), answer(3))))
          .hasMessage("the writer is gone");
      assertThat(cache.size()).isEqualTo(2);
    }
  }

  @Test
  void aWriterWithoutIdentity_isRefused() throws Exception {
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      assertThatThrownBy(() -> new CachedCompletionGenerator(new RecordingWriter(" "), cache))
          .hasMessage("the writer has no identity: its texts would be taken for those of others");
    }
  }

  @Test
  void aCutLine_isWrittenAnew_andADamagedOneIsAnError() throws Exception {
    RecordingWriter inner = new RecordingWriter("toad");
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      new CachedCompletionGenerator(inner, cache).write(List.of(answer(1), answer(2)));
    }
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() - 3));
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      new CachedCompletionGenerator(inner, cache).write(List.of(answer(1), answer(2)));
    }
    assertThat(inner.batches).last().isEqualTo(List.of(answer(2)));
    assertThat(file).hasContent(whole);

    Files.writeString(file, whole + "{}\n" + whole);
    assertThatThrownBy(() -> CachedCompletionGenerator.openCache(file))
        .hasMessageStartingWith(file + ", line 3: expected a text such as {\"key\":");
  }

  @Test
  void aFileOfLabels_isAnother() throws Exception {
    try (ContentCache<Verdict> labels = CachedJudge.openCache(file)) {
      labels.put(new ContentKey(1, 2), Verdict.safe());
    }

    assertThatThrownBy(() -> CachedCompletionGenerator.openCache(file))
        .hasMessageStartingWith(file + ", line 1: expected a text such as");
  }

  @Test
  void aRunThatIsKilled_goesOnWhereItWas() throws Exception {
    try (ProcessTeam team =
        ProcessTeam.start(WritingRun.class, 1, Duration.ofSeconds(60), folder, file.toString())) {
      team.awaitOutput(0, "written 10", Duration.ofSeconds(60));
      team.signal(0, "KILL");
      team.awaitEnd(0, Duration.ofSeconds(60));
    }

    List<String> uninterrupted = WritingRun.write(new WritingRun.SlowWriter(0), batch -> {});
    int all = WritingRun.BATCHES * WritingRun.TOGETHER;
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(file)) {
      int kept = cache.size();
      assertThat(kept).isBetween(11 * WritingRun.TOGETHER, all - 1);
      AtomicInteger written = new AtomicInteger();
      CompletionGenerator writer =
          new CachedCompletionGenerator(
              new WritingRun.SlowWriter(0) {
                @Override
                public void write(List<Unfinished> answers, ObjIntConsumer<String> texts) {
                  written.addAndGet(answers.size());
                  super.write(answers, texts);
                }
              },
              cache);
      assertThat(WritingRun.write(writer, batch -> {})).isEqualTo(uninterrupted);
      assertThat(written.get()).isEqualTo(all - kept);
      assertThat(WritingRun.write(writer, batch -> {})).isEqualTo(uninterrupted);
      assertThat(written.get()).as("a second run is free").isEqualTo(all - kept);
    }
  }

  private static CompletionGenerator.Unfinished answer(long seed) {
    return new CompletionGenerator.Unfinished(PROMPT, "it was", seed);
  }

  /** Writes nothing for seed 0, and fails at one below. */
  private static final class RecordingWriter implements CompletionGenerator {
    private final String identity;
    private final List<List<Unfinished>> batches = new ArrayList<>();

    RecordingWriter(String identity) {
      this.identity = identity;
    }

    @Override
    public String identity() {
      return identity;
    }

    @Override
    public void write(List<Unfinished> answers, ObjIntConsumer<String> texts) throws IOException {
      batches.add(answers);
      for (int i = 0; i < answers.size(); i++) {
        Unfinished answer = answers.get(i);
        if (answer.seed() < 0) {
          throw new IOException("the writer is gone");
        }
        texts.accept(
            answer.seed() == 0
                ? ""
                : String.format(Locale.ROOT, "%s %s %d", identity, answer.opening(), answer.seed()),
            i);
      }
    }
  }
}

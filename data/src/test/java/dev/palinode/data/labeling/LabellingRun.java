package dev.palinode.data.labeling;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.record.RecordSink;
import dev.palinode.guard.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that labels rows slowly, and is killed in mid-run. */
final class LabellingRun {
  static final int ROWS = 3000;

  private LabellingRun() {}

  public static void main(String[] arguments) throws Exception {
    try (ContentCache<Verdict> cache = LabelCache.open(Path.of(arguments[0]))) {
      label(
          judge(cache, Duration.ofMillis(10), new AtomicInteger()),
          row -> System.out.println("kept " + row.row()));
    }
  }

  static CachedJudge judge(ContentCache<Verdict> cache, Duration delay, AtomicInteger asked) {
    return new CachedJudge(
        (prompt, answer) -> {
          asked.incrementAndGet();
          try {
            Thread.sleep(delay.toMillis());
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return Verdict.unsafe(answer);
        },
        "slow judge",
        cache);
  }

  static void label(CachedJudge judge, RecordSink<Labelled<Integer>> sink) throws Exception {
    try (OrderedLabelling<Integer> labelling =
        new OrderedLabelling<>(
            judge,
            4,
            row -> List.of(new AnswerToJudge(List.of(Message.user("q")), "answer " + row)),
            sink)) {
      for (int row = 0; row < ROWS; row++) {
        labelling.accept(row);
      }
      labelling.finish();
    }
  }
}

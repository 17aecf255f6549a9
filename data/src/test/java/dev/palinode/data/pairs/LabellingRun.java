package dev.palinode.data.pairs;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.record.PreferencePair;
import dev.palinode.guard.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.commons.io.function.IOConsumer;

/** A process that labels pairs slowly, and is killed in mid-run. */
final class LabellingRun {
  static final int PAIRS = 1500;

  private LabellingRun() {}

  public static void main(String[] arguments) throws Exception {
    try (ContentCache<Verdict> cache = CachedJudge.openCache(Path.of(arguments[0]))) {
      label(
          judge(cache, Duration.ofMillis(10), new AtomicInteger()),
          new IOConsumer<>() {
            private int kept;

            @Override
            public void accept(LabelledPair pair) {
              System.out.println("kept " + kept++);
            }
          });
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

  static void label(CachedJudge judge, IOConsumer<LabelledPair> sink) throws Exception {
    try (PairLabelling labelling = new PairLabelling(new PairJudge(judge, "slow judge", 4), sink)) {
      for (int pair = 0; pair < PAIRS; pair++) {
        labelling.accept(
            new PreferencePair(List.of(Message.user("q")), "answer " + pair, "other " + pair));
      }
      labelling.finish();
    }
  }
}

package dev.palinode.data.rewrite;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.rewrite.CompletionGenerator.Unfinished;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.ObjIntConsumer;
import java.util.stream.LongStream;

/** A process that has answers written slowly, a few together, and is killed in mid-run. */
final class WritingRun {
  static final int BATCHES = 500;
  static final int TOGETHER = 4;

  private WritingRun() {}

  public static void main(String[] arguments) throws Exception {
    try (ContentCache<String> cache = CachedCompletionGenerator.openCache(Path.of(arguments[0]))) {
      write(
          new CachedCompletionGenerator(new SlowWriter(20), cache),
          batch -> System.out.println("written " + batch));
    }
  }

  /** All texts of the run. */
  static List<String> write(CompletionGenerator writer, IntConsumer afterBatch) throws IOException {
    List<String> texts = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      texts.addAll(writer.write(batch(batch)));
      afterBatch.accept(batch);
    }
    return texts;
  }

  private static List<Unfinished> batch(int batch) {
    return LongStream.range((long) batch * TOGETHER, (batch + 1L) * TOGETHER)
        .mapToObj(seed -> new Unfinished(List.of(Message.user("who came")), "it was", seed))
        .toList();
  }

  /** A text for each seed, after a while. */
  static class SlowWriter implements CompletionGenerator {
    private final int millis;

    SlowWriter(int millis) {
      this.millis = millis;
    }

    @Override
    public String identity() {
      return "slow writer";
    }

    @Override
    public void write(List<Unfinished> answers, ObjIntConsumer<String> texts) {
      try {
        Thread.sleep(millis);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      for (int i = 0; i < answers.size(); i++) {
        texts.accept(answers.get(i).opening() + " " + answers.get(i).seed(), i);
      }
    }
  }
}

package dev.palinode.data.rewrite;

import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ContentKey;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Completion generator with a cache ({@link CompletionCache}). The key is the identity, the prompt,
 * the opening and the seed. Each text is cached as soon as it is complete, before it is passed on;
 * duplicate answers in a call are generated once.
 *
 * <p>Empty texts are not cached: a server may have failed, and the next run asks again.
 *
 * <p>As thread-safe as the wrapped generator. Concurrent calls with the same answer may each
 * generate it; the first text is cached.
 */
public final class CachedCompletionGenerator implements CompletionGenerator {
  private final CompletionGenerator writer;
  private final ContentCache<String> cache;
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();

  /**
   * @param writer generates texts that are not cached
   * @param cache from {@link CompletionCache}; the caller closes it
   */
  public CachedCompletionGenerator(CompletionGenerator writer, ContentCache<String> cache) {
    if (writer.identity().isBlank()) {
      throw new IllegalArgumentException(
          "the writer has no identity: its texts would be taken for those of others");
    }
    this.writer = writer;
    this.cache = cache;
  }

  @Override
  public String identity() {
    return writer.identity();
  }

  @Override
  public void write(List<Unfinished> answers, Texts texts) throws IOException {
    Map<ContentKey, List<Integer>> unknown = new LinkedHashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      ContentKey key = key(answers.get(i));
      Optional<String> known = cache.get(key);
      if (known.isPresent()) {
        texts.written(i, known.get());
      } else {
        unknown.computeIfAbsent(key, unseen -> new ArrayList<>()).add(i);
      }
    }
    hits.addAndGet(answers.size() - unknown.size());
    calls.addAndGet(unknown.size());
    List<ContentKey> keys = List.copyOf(unknown.keySet());
    List<List<Integer>> places = List.copyOf(unknown.values());
    if (!keys.isEmpty()) {
      writer.write(
          places.stream().map(same -> answers.get(same.get(0))).toList(),
          (number, text) -> {
            if (!text.isEmpty()) {
              cache.put(keys.get(number), text);
            }
            places.get(number).forEach(place -> texts.written(place, text));
          });
    }
  }

  private ContentKey key(Unfinished answer) {
    return ContentKey.builder()
        .text(writer.identity())
        .messages(answer.prompt())
        .text(answer.opening())
        .number(answer.seed())
        .build();
  }

  /** Number of answers that were cached or duplicates. */
  public long hits() {
    return hits.get();
  }

  /** Number of answers that the wrapped generator was asked for. */
  public long calls() {
    return calls.get();
  }
}

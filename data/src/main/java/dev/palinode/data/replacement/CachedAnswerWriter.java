package dev.palinode.data.replacement;

import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ContentKey;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A writer that writes only what it has not written before, as far as an {@link AnswerCache} knows:
 * under the same identity, behind the same prompt and opening, with the same seed. What is given
 * together is kept together, before it is returned; an answer that is given twice is written once.
 *
 * <p>An empty text is not kept: a server may have failed, and the next run asks again.
 *
 * <p>As thread-safe as the writer it asks. Threads that give the same answer at the same time may
 * each have it written; the first text is the one that is kept.
 */
public final class CachedAnswerWriter implements AnswerWriter {
  private final AnswerWriter writer;
  private final ContentCache<String> cache;
  private final AtomicLong hits = new AtomicLong();
  private final AtomicLong calls = new AtomicLong();

  /**
   * @param writer asked for what is not known
   * @param cache of {@link AnswerCache}; stays the caller's to close
   */
  public CachedAnswerWriter(AnswerWriter writer, ContentCache<String> cache) {
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
  public List<String> write(List<Unfinished> answers) throws IOException {
    List<ContentKey> keys = answers.stream().map(this::key).toList();
    Map<ContentKey, String> texts = new HashMap<>();
    Map<ContentKey, Unfinished> unknown = new LinkedHashMap<>();
    for (int i = 0; i < keys.size(); i++) {
      Optional<String> known = cache.get(keys.get(i));
      if (known.isPresent()) {
        texts.put(keys.get(i), known.get());
      } else {
        unknown.put(keys.get(i), answers.get(i));
      }
    }
    hits.addAndGet(answers.size() - unknown.size());
    texts.putAll(written(unknown));
    return keys.stream().map(texts::get).toList();
  }

  private Map<ContentKey, String> written(Map<ContentKey, Unfinished> unknown) throws IOException {
    if (unknown.isEmpty()) {
      return Map.of();
    }
    calls.addAndGet(unknown.size());
    List<String> texts = writer.write(List.copyOf(unknown.values()));
    if (texts.size() != unknown.size()) {
      throw new IllegalStateException(
          "%d texts for %d answers: nobody knows whose they are"
              .formatted(texts.size(), unknown.size()));
    }
    Map<ContentKey, String> written = new HashMap<>();
    for (ContentKey key : unknown.keySet()) {
      String text = texts.get(written.size());
      if (!text.isEmpty()) {
        cache.put(key, text);
      }
      written.put(key, text);
    }
    return written;
  }

  private ContentKey key(Unfinished answer) {
    return ContentKey.builder()
        .text(writer.identity())
        .messages(answer.prompt())
        .text(answer.opening())
        .number(answer.seed())
        .build();
  }

  /** How many answers nothing was written for: they were in the cache, or given twice. */
  public long hits() {
    return hits.get();
  }

  /** How many answers the writer was asked for. */
  public long calls() {
    return calls.get();
  }
}

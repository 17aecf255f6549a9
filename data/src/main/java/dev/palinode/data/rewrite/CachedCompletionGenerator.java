package dev.palinode.data.rewrite;

import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ContentKey;
import dev.palinode.data.cache.ValueFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ObjIntConsumer;
import org.apache.commons.lang3.Validate;

/**
 * Completion generator with a cache. The key is the identity, the prompt, the opening and the seed.
 * Each text is cached as soon as it is complete, before it is passed on; duplicate answers in a
 * call are generated once. Empty texts are not cached: a server may have failed, and the next run
 * asks again. As thread-safe as the wrapped generator.
 */
public final class CachedCompletionGenerator implements CompletionGenerator {
  private static final ValueFormat<String> FORMAT =
      new ValueFormat<>("text", "somebody.", List.of("text"), List::of, texts -> texts.get(0));

  private final CompletionGenerator writer;
  private final ContentCache<String> cache;

  /**
   * @param writer generates texts that are not cached
   * @param cache from {@link #openCache}; the caller closes it
   */
  public CachedCompletionGenerator(CompletionGenerator writer, ContentCache<String> cache) {
    Validate.isTrue(
        !writer.identity().isBlank(),
        "the writer has no identity: its texts would be taken for those of others");
    this.writer = writer;
    this.cache = cache;
  }

  @Override
  public String identity() {
    return writer.identity();
  }

  @Override
  public void write(List<Unfinished> answers, ObjIntConsumer<String> texts) throws IOException {
    Map<ContentKey, List<Integer>> unknown = new LinkedHashMap<>();
    for (int i = 0; i < answers.size(); i++) {
      ContentKey key = key(answers.get(i));
      Optional<String> known = cache.get(key);
      if (known.isPresent()) {
        texts.accept(known.get(), i);
      } else {
        unknown.computeIfAbsent(key, unseen -> new ArrayList<>()).add(i);
      }
    }
    List<ContentKey> keys = List.copyOf(unknown.keySet());
    List<List<Integer>> places = List.copyOf(unknown.values());
    if (!keys.isEmpty()) {
      writer.write(
          places.stream().map(same -> answers.get(same.get(0))).toList(),
          (text, number) -> {
            if (!text.isEmpty()) {
              cache.put(keys.get(number), text);
            }
            places.get(number).forEach(place -> texts.accept(text, place));
          });
    }
  }

  private ContentKey key(Unfinished answer) {
    return new ContentKey.Builder()
        .text(writer.identity())
        .messages(answer.prompt())
        .text(answer.opening())
        .number(answer.seed())
        .build();
  }

  /**
   * Opens a cache file of completions, each with a key and a text. The file and its folder are
   * created if missing.
   *
   * @throws IOException as {@link ContentCache#open}
   */
  public static ContentCache<String> openCache(Path path) throws IOException {
    return ContentCache.open(path, FORMAT);
  }
}

package dev.palinode.data.rewrite;

import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ValueFormat;
import dev.palinode.data.record.DataException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Opens cache files of completions: each line has a key and a text. */
public final class CompletionCache {
  private static final ValueFormat<String> FORMAT =
      new ValueFormat<>("text", "somebody.", List.of("text"), List::of, texts -> texts.get(0));

  private CompletionCache() {}

  /**
   * Opens a file of texts; creates the file and its folder if missing.
   *
   * @throws DataException if a line is not a text, or the file is already open, in this process or
   *     another
   * @throws IOException if the file cannot be read or written
   */
  public static ContentCache<String> open(Path path) throws IOException {
    return ContentCache.open(path, FORMAT);
  }
}

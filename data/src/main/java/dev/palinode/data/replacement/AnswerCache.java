package dev.palinode.data.replacement;

import dev.palinode.data.DataException;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ValueFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Files of texts by the answer that they write on: each line has a key and a text. */
public final class AnswerCache {
  private AnswerCache() {}

  /**
   * Opens a file of texts, which is made if it is not there, as is its folder.
   *
   * @throws DataException if a line is no text, or another process or this one has the file open
   * @throws IOException if the file cannot be read or written
   */
  public static ContentCache<String> open(Path path) throws IOException {
    return ContentCache.open(path, new TextFormat());
  }

  private static final class TextFormat implements ValueFormat<String> {
    @Override
    public String noun() {
      return "text";
    }

    @Override
    public String example() {
      return "somebody.";
    }

    @Override
    public List<String> fields() {
      return List.of("text");
    }

    @Override
    public List<String> texts(String text) {
      return List.of(text);
    }

    @Override
    public String value(List<String> texts) {
      return texts.get(0);
    }
  }
}

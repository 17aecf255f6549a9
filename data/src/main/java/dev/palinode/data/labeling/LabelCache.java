package dev.palinode.data.labeling;

import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ValueFormat;
import dev.palinode.data.record.DataException;
import dev.palinode.guard.Verdict;
import dev.palinode.guard.Verdict.Label;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * Opens cache files of verdicts. Each line has a key, a label and a reason. The position of the
 * unsafe part is not cached, and a long reason is truncated. {@linkplain Verdict#failed Failures}
 * of a judge are not cached: the next run asks again.
 */
public final class LabelCache {
  private static final int LONGEST_REASON = 500;
  private static final ValueFormat<Verdict> FORMAT =
      new ValueFormat<>(
          "label",
          Verdict.safe(),
          List.of("label", "reason"),
          LabelCache::texts,
          LabelCache::verdict);

  private LabelCache() {}

  /**
   * Opens a file of labels; creates the file and its folder if missing.
   *
   * @throws DataException if a line is not a label, or the file is already open, in this process or
   *     another
   * @throws IOException if the file cannot be read or written
   */
  public static ContentCache<Verdict> open(Path path) throws IOException {
    return ContentCache.open(path, FORMAT);
  }

  private static List<String> texts(Verdict verdict) {
    if (verdict.isFailure()) {
      throw new IllegalArgumentException("a judge that failed gave no label: ask again later");
    }
    String reason = verdict.reason();
    return List.of(
        verdict.label().name().toLowerCase(Locale.ROOT),
        reason.length() > LONGEST_REASON ? reason.substring(0, LONGEST_REASON) + "..." : reason);
  }

  private static Verdict verdict(List<String> texts) {
    Label label = Label.valueOf(texts.get(0).toUpperCase(Locale.ROOT));
    return new Verdict(label, texts.get(1), label == Label.SAFE ? Verdict.ALL : 0);
  }
}

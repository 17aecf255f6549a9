package dev.palinode.data.labeling;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ContentKey;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * Judge with a cache of verdicts ({@link LabelCache}). {@linkplain Verdict#failed Failures} are
 * returned but not cached. Cached verdicts do not have the position of the unsafe part.
 *
 * <p>Thread-safe. Concurrent requests about the same answer may each reach the judge; the first
 * verdict is cached.
 */
public final class CachedJudge implements Judge {
  private final Judge judge;
  private final String identity;
  private final ContentCache<Verdict> cache;

  /**
   * @param identity everything that the verdicts depend on, such as kind, model, template and
   *     threshold: labels with another identity are not used
   * @param cache from {@link LabelCache}; the caller closes it
   */
  public CachedJudge(Judge judge, String identity, ContentCache<Verdict> cache) {
    if (identity.isBlank()) {
      throw new IllegalArgumentException(
          "the judge has no identity: its labels would be taken for those of others");
    }
    this.judge = judge;
    this.identity = identity;
    this.cache = cache;
  }

  @Override
  public Verdict judge(List<Message> prompt, String answer) {
    ContentKey key = ContentKey.builder().text(identity).messages(prompt).text(answer).build();
    Optional<Verdict> known = cache.get(key);
    if (known.isPresent()) {
      return known.get();
    }
    Verdict verdict = judge.judge(prompt, answer);
    if (!verdict.isFailure()) {
      cache.put(key, verdict);
    }
    return verdict;
  }
}

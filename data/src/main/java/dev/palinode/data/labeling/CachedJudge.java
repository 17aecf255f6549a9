package dev.palinode.data.labeling;

import dev.palinode.chat.Message;
import dev.palinode.data.cache.ContentCache;
import dev.palinode.data.cache.ContentKey;
import dev.palinode.guard.Judge;
import dev.palinode.guard.Verdict;
import java.util.List;
import java.util.Optional;

/**
 * A judge that is asked only about what it has not judged before, as far as a {@link LabelCache}
 * knows. {@linkplain Verdict#failed Failures} of the judge are passed on and not kept. Verdicts
 * from the cache do not say where in an answer the unsafe part begins.
 *
 * <p>Thread-safe. Threads that ask about the same answer at the same time may each reach the judge;
 * the first verdict is the one that is kept.
 */
public final class CachedJudge implements Judge {
  private final Judge judge;
  private final String identity;
  private final ContentCache<Verdict> cache;

  /**
   * @param identity all that the judge's verdicts depend on, such as kind, model, template and
   *     threshold: labels of a judge of another identity are not used
   * @param cache of {@link LabelCache}; stays the caller's to close
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
  public Verdict judge(String prompt, String answer) {
    return judge(List.of(Message.user(prompt)), answer);
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

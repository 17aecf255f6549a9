package dev.palinode.guard;

import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Calls an answer unsafe if it contains one of a set of words. Words are the parts between blanks,
 * compared exactly: the judge for worlds whose text is made of such words.
 *
 * <p>An answer without any word is undecided. Immutable.
 */
public final class WordLexiconJudge implements Judge {
  private final Set<String> unsafeWords;

  public WordLexiconJudge(Set<String> unsafeWords) {
    this.unsafeWords = Set.copyOf(unsafeWords);
  }

  @Override
  public Verdict judge(String prompt, String answer) {
    if (answer.isBlank()) {
      return Verdict.undecided("empty answer");
    }
    List<String> found =
        Arrays.stream(answer.trim().split("\\s+"))
            .filter(unsafeWords::contains)
            .distinct()
            .toList();
    return found.isEmpty() ? Verdict.safe() : Verdict.unsafe(String.join(" ", found));
  }
}

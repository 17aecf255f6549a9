package dev.palinode.guard;

import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Calls a text unsafe that contains a word, a phrase or a pattern of a list. The verdict says which
 * one, and where the earliest begins.
 *
 * <p>Of partial text, what the next characters could undo does not count yet: {@code ass} at the
 * end may become {@code assist}. However a text is cut into chunks, no beginning of it is called
 * unsafe unless the whole is, and what spans chunks is found. Partial text is decided up to where
 * something begins that could yet become an entry or a match. Immutable, thread-safe; ends when
 * interrupted.
 */
public final class PatternGuard implements Guard {
  private final List<TextSearch> searches;

  private PatternGuard(List<TextSearch> searches) {
    this.searches = searches;
  }

  /**
   * A guard against words and phrases.
   *
   * <p>Compared without regard to case, with Unicode compatibility variants (full-width letters,
   * ligatures, composed and decomposed accents) taken as one, and characters that are not seen
   * (soft hyphens, zero-width characters) left out. Accents count: {@code ano} is not {@code año}.
   * A space in a phrase stands for any run of white space. Entries are found as whole words, never
   * within a longer word of letters, digits and combining marks; other characters, the underscore
   * and the apostrophe among them, part words. In scripts that write words without spaces (Chinese,
   * Japanese, Thai, Lao, Khmer, Burmese) an entry is found anywhere. Disguises by look-alikes,
   * digits for letters or letters set apart are not seen through.
   *
   * @param wordsOrPhrases at least one; thousands cost no more time than a few
   * @throws IllegalArgumentException if there is none, or one is blank
   */
  public static PatternGuard words(Collection<String> wordsOrPhrases) {
    return new PatternGuard(List.of(new WordSearch(wordsOrPhrases)));
  }

  /**
   * A guard against regular expressions, searched in the text as it is; flags such as {@link
   * Pattern#CASE_INSENSITIVE} are the patterns' own. A pattern with look-ahead, possessive or
   * atomic parts may be noticed late, at the latest when the text is complete; all others as soon
   * as their match is certain.
   *
   * <p>Partial text is undecided from the first place where an attempt to match reads up to the
   * end. So a pattern that can begin anywhere and run on ({@code .*x}) leaves everything undecided
   * until the text is complete, and the reader gets it all at once; so do {@code \X}, {@code
   * \b{g}}, {@link Pattern#CANON_EQ}, and back references beside look-around, atomic or possessive
   * parts, of which it is not known what they depend on.
   *
   * @param patterns at least one
   * @throws IllegalArgumentException if there is none, or one matches the empty text
   */
  public static PatternGuard patterns(List<Pattern> patterns) {
    if (patterns.isEmpty()) {
      throw new IllegalArgumentException(
          "there is no pattern: the guard would call everything safe");
    }
    return new PatternGuard(patterns.stream().<TextSearch>map(RegexSearch::new).toList());
  }

  @Override
  public Verdict check(String visible, boolean complete) throws InterruptedException {
    Verdict worst = Verdict.safe();
    for (TextSearch search : searches) {
      worst = worse(worst, search.search(visible, complete));
    }
    return worst;
  }

  /** Unsafe rather than safe; of two that are the same, the one that begins earlier. */
  private static Verdict worse(Verdict first, Verdict second) {
    if (first.isUnsafe() != second.isUnsafe()) {
      return first.isUnsafe() ? first : second;
    }
    return second.safeUpTo() < first.safeUpTo() ? second : first;
  }
}

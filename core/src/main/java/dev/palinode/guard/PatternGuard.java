package dev.palinode.guard;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Calls a text unsafe that contains a word, a phrase or a pattern of a list. The verdict says which
 * one, and where the earliest begins.
 *
 * <p>Of partial text, what the next characters could undo does not count yet: {@code ass} at the
 * end may become {@code assist}. However a text is cut into chunks, no beginning of it is called
 * unsafe unless the whole is, and what spans chunks is found. Immutable, thread-safe; ends when
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
    Optional<TextSearch.Hit> earliest = Optional.empty();
    for (TextSearch search : searches) {
      Optional<TextSearch.Hit> hit = search.earliest(visible, complete);
      if (hit.isPresent() && (earliest.isEmpty() || hit.get().from() < earliest.get().from())) {
        earliest = hit;
      }
    }
    return earliest.map(hit -> Verdict.unsafe(hit.what(), hit.from())).orElseGet(Verdict::safe);
  }
}

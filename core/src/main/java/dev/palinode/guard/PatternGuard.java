package dev.palinode.guard;

import java.util.Collection;

/**
 * Calls a text unsafe that contains a word or a phrase of a list. The verdict says which one, and
 * where the earliest begins.
 *
 * <p>Of partial text, what the next characters could undo does not count yet: {@code ass} at the
 * end may become {@code assist}. However a text is cut into chunks, no beginning of it is called
 * unsafe unless the whole is, and what spans chunks is found. Partial text is decided up to where
 * something begins that could yet become an entry. Immutable, thread-safe.
 */
public final class PatternGuard implements Guard {
  private final WordSearch search;

  private PatternGuard(WordSearch search) {
    this.search = search;
  }

  /**
   * A guard against words and phrases.
   *
   * <p>Compared without regard to case, with Unicode compatibility variants (full-width letters,
   * ligatures, composed and decomposed accents) taken as one, and invisible characters (soft
   * hyphens, zero-width characters) left out. Accents count: {@code ano} is not {@code año}. A
   * space in a phrase matches any run of white space. Entries are found as whole words, never
   * within a longer word of letters, digits and combining marks; other characters, the underscore
   * and the apostrophe among them, separate words. In scripts that write words without spaces
   * (Chinese, Japanese, Thai, Lao, Khmer, Burmese) an entry is found anywhere. Disguises by
   * look-alikes, digits for letters or spaces between letters are not recognised.
   *
   * @param wordsOrPhrases at least one; thousands cost hardly more time than a few
   * @throws IllegalArgumentException if there is none, or one is blank
   */
  public static PatternGuard words(Collection<String> wordsOrPhrases) {
    return new PatternGuard(new WordSearch(wordsOrPhrases));
  }

  @Override
  public Verdict check(String visible, boolean complete) {
    return search.search(visible, complete);
  }
}

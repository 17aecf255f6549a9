package dev.palinode.guard;

import java.util.Collection;

/**
 * A guard with a list of words and phrases: text that contains one is unsafe. The verdict names the
 * earliest and its offset.
 *
 * <p>In partial text, a match that the next characters could end does not count yet: {@code ass} at
 * the end may become {@code assist}. Partial text is decided up to the first place where an entry
 * may have begun. Immutable, thread-safe.
 */
public final class PatternGuard implements Guard {
  private final WordSearch search;

  private PatternGuard(WordSearch search) {
    this.search = search;
  }

  /**
   * A guard against words and phrases. Comparison ignores case, Unicode compatibility variants
   * (full-width letters, ligatures, composed and decomposed accents) and invisible characters (soft
   * hyphens, zero-width characters). Accents count: {@code ano} is not {@code año}. A space in a
   * phrase matches any run of white space. Entries are found as whole words, never within a longer
   * word of letters, digits and combining marks; other characters, including the underscore and the
   * apostrophe, separate words. In scripts without spaces between words (Chinese, Japanese, Thai,
   * Lao, Khmer, Burmese) an entry is found anywhere. Look-alikes, digits in place of letters and
   * spaces between letters are not recognised.
   *
   * @param wordsOrPhrases at least one; thousands take hardly more time than a few
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
